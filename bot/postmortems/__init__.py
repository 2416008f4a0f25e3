"""Postmortems: the draft, its sections, review, review meeting, and whether one is required.

`bot.drafting` builds a draft from a record.
"""
