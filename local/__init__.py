"""The laptop: everything an AWS account and a carrier would give, on one machine."""
