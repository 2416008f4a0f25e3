"""Forms that open over Slack, by what they are about."""
