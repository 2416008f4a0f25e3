"""Forms: Slack modals, grouped by subject."""
