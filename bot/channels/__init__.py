"""Consequences of changes to an incident's channel: made private, archived, or left by a member."""
