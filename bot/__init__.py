"""Business logic: what the bot knows and decides. No Slack here, and SQL only through `storage`."""
