"""Reminders: the ladder for action items, escalations, deadlines of postmortems, and the Home tab."""
