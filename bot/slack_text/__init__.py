"""The text of a Slack message, as people in the channel saw it.

Pure: the raw JSON of a message in, text in Slack's own markup (mrkdwn) out. Live events, channel histories,
exports and transcripts all use this package. The meaning of a message for an incident is decided elsewhere.
"""
