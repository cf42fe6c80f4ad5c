"""Asterisk's REST interface: requests, each with a deadline, and events."""
