"""The library of past incidents: search and similar incidents."""
