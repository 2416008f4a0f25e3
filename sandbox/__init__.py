"""A Slack workspace on loopback, for trying and for testing. It imports nothing of the bot."""
