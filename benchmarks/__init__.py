"""What the contact centre costs, in requests, units, money and time, printed beside what it may cost."""
