"""The store: calls, agents, what is published and what expires, in one DynamoDB table."""
