"""Traits of an incident, its page in the library, and similar past incidents."""
