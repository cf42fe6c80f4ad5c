"""Agents: what they do, their presence, and what their actions come to."""
