"""Render text from `templates/`, documents (Markdown, HTML, JSON), charts and calendar files."""
