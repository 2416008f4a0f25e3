"""What a Slack message says, as the people in the channel saw it.

Pure: the raw JSON of a message in, text in Slack's own markup (mrkdwn) out. Live events, channel histories,
exports and transcripts all read messages here. What a message means for an incident is decided elsewhere.
"""
