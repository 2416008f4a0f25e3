"""Read a record's events once, as lines with their text, clauses, cues, alarms and time zone."""
