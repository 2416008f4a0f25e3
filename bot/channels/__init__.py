"""Consequences of changes to an incident's channel: it became private, was archived, or a member left."""
