"""The outer wall: each module knows one technology and keeps the promises of ports.py."""
