"""Reminders of action items and postmortem deadlines, escalations, and the Home tab."""
