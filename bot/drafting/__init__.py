"""Draft a postmortem from a record. Pure: the same record always gives the same draft.

A rule returns nothing when it isn't sure.
"""
