"""What a call is and what follows from what happens to it, as values: no Asterisk, no network, no clock."""
