"""What a carrier tells and is told: events, commands, scripts."""
