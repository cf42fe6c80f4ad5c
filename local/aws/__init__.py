"""AWS on one machine: the stores and queues (embedded) and what Lambda does with them (functions, pumps)."""
