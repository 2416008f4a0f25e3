"""Incidents from declaring to the end: lifecycle, roles, services and status updates."""
