"""Outbox jobs: everything that the bot does in Slack or a tracker, and reading a channel's history."""
