"""`python -m storage.revise "What changes"`: write the migration that the tables ask for."""

import sys

from storage import schema
from storage.engine import Store


def main() -> None:
    """Compare the tables with the schema of an empty, migrated database."""
    store = Store("sqlite://")
    schema.upgrade(store)
    print(f"Wrote {schema.revise(store, ' '.join(sys.argv[1:]))}. Read it before you commit it.")  # noqa: T201


if __name__ == "__main__":
    main()
