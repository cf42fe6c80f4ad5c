"""The freight company: a sample business system, written against the contact centre's public interfaces alone."""
