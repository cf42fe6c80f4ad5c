"""What callers hear (prompts.py) and what is kept of them (recordings.py)."""
