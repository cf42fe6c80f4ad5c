"""The centre as it is configured: its document, its words, who may do what, what may be dialled."""
