"""People: what they may do, when they may be interrupted, and their Home tab."""
