"""Slack's API: payload parsing, clients, and what Slack knows of people and channels."""
