"""Business logic. No Slack here, and SQL only through `storage`."""
