"""Action items: use cases, suggestions, replies in threads and DMs, due dates and tickets.

`bot.reminders` decides when owners are reminded.
"""
