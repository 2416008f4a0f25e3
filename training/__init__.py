"""Train the built-in reader of incident chat. See README.md in this folder; nothing here is shipped."""
