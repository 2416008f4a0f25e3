"""Rendering: text from `templates/`, documents in Markdown, HTML and JSON, charts and calendar files."""
