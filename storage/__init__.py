"""The only SQL. Rows never leave this room, domain values do."""
