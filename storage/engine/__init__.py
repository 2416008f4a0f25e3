"""The database itself: SQLite and PostgreSQL, transactions, migrations, integrity and backups."""
