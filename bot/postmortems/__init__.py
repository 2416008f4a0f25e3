"""Postmortems: the draft, its sections, the review, the review meeting, and whether one is required.

How a draft is read from a record is in `bot.drafting`.
"""
