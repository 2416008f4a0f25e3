"""Transport: Socket Mode, signed HTTP requests, and the health endpoints."""
