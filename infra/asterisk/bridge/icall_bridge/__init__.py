"""Makes of one Asterisk a pbx of the stack: see infra/asterisk/protocol.md."""
