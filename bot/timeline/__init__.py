"""The timeline: recording, corrections, comparison with Slack's history, and erasure."""
