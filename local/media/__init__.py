"""Makes the sounds that ship in flows/media."""
