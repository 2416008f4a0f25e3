"""The only SQL: one module of queries per noun. Rows never leave this package, domain values do."""
