"""What a person would see: Slack's messages, blocks and views drawn as HTML."""
