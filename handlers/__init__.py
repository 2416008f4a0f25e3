"""The edges: Slack and the clock in, Slack and trackers out."""
