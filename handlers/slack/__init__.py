"""Slack's API: payload parsing, clients, and lookups of people and channels."""
