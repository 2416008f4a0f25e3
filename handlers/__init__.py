"""The doors: where Slack and the clock come in, and where answers go out."""
