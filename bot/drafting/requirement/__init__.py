"""Decide whether an incident requires a postmortem, and give the reasons."""
