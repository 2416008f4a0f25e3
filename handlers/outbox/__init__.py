"""Outbox jobs: every write to Slack or a tracker, and reading a channel's history."""
