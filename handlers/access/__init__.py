"""The permission check that every request from Slack passes first."""
