"""What others are told of calls: notices, tags, history, recordings, signed webhooks."""
