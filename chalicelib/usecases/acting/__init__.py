"""What agents do, by families; each action is a function (asked, world) -> the scene after it, or the agent."""
