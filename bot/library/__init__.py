"""The library of past incidents: search, similar incidents, and the index of both."""
