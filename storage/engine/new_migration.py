"""Write a migration: `python -m storage.engine.new_migration "What changes"`."""

import sys

from storage.engine import schema
from storage.engine.store import Store


def main() -> None:
    """Compare the tables with the schema of an empty, migrated database."""
    store = Store("sqlite://")
    schema.upgrade(store)
    if not schema.has_drifted(store):
        sys.exit("The migrations match the tables: nothing to write.")
    path = schema.write_migration(store, " ".join(sys.argv[1:]))
    sys.stdout.write(f"Wrote {path}. Read it before you commit it.\n")


if __name__ == "__main__":
    main()
