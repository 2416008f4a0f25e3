"""Block Kit: the layout of messages, forms and the Home tab."""
