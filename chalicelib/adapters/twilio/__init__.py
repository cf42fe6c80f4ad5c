"""Twilio: signed webhooks become our events, our scripts become TwiML, our commands become REST requests."""
