"""Assignment as calls come faster: the real use cases over a simulated AWS, in virtual time, the same for a seed."""
