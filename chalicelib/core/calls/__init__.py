"""Calls: their parties, from the first ring to the last hang-up."""
