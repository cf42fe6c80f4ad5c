"""The ground floor: pure rules, no I/O, no clock, no randomness."""
