"""Incidents that the sandbox can play: people and channels as TOML, what happens as JSON lines."""
