"""API Gateway on one machine: HTTP and WebSockets into the very events that Lambda gets."""
