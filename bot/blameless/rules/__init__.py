"""Rules for blame in sentences: what each kind looks like, why it's blame, and what to ask instead."""
