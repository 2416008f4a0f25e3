"""Cues: patterns for what people say during incidents, and the search for them in clauses. English only."""
