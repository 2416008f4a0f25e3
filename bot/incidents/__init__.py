"""Incidents from declaration to resolution: lifecycle, roles, services and status updates."""
