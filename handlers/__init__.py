"""The adapters: Slack requests and scheduled work in, calls to Slack and issue trackers out."""
