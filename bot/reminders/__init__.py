"""Reminders of action items and postmortem deadlines, and escalations."""
