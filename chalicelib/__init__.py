"""The contact centre: core below, then ports and use cases, adapters and entry points, wiring on top."""
