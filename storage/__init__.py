"""All SQL: one module of queries per subject. Rows never leave this package; domain values do."""
