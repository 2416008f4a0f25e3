"""A simulated Slack workspace on loopback, for demos and tests. It imports nothing of the bot."""
