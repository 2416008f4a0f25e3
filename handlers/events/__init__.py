"""Slack events: messages, mentions, reactions, App Home, and changes to channels and members."""
