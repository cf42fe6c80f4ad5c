"""Asterisk, with its bridge: signed webhooks become our events, our scripts JSON, our commands orders in a queue.

infra/asterisk/protocol.md is what both sides keep.
"""
