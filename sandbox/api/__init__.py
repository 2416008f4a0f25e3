"""Slack's Web API: a table of methods, and one module per group of methods."""
