"""A simple Slack client as web pages: messages, blocks and views drawn as HTML."""
