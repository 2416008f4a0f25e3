"""Action items: use cases, suggestions, replies in threads and DMs, due dates and tickets.

When an owner is reminded is decided in `bot.reminders`.
"""
