"""`python -m tests.redaction.report`: print recall by context, and the harmless lines that were changed."""

import sys

from tests.redaction import corpus, held_out
from tests.redaction.contexts import CONTEXTS


def main() -> None:
    values = int(sys.argv[1]) if len(sys.argv) > 1 else corpus.VALUES
    for name, contexts, seed in (("Known", CONTEXTS, 1), ("Held out", held_out.CONTEXTS, 77)):
        counted = corpus.count(contexts, seed, values)
        changed, lines = corpus.changed(seed)
        print(f"{name} contexts: {len(corpus.KINDS)} kinds, {values} values each\n")  # noqa: T201
        print(corpus.table(counted))  # noqa: T201
        print(f"\nMissed by kind: {dict(counted.missed_by_kind.most_common(10))}")  # noqa: T201
        print(f"Harmless lines changed: {len(changed)} of {lines}\n")  # noqa: T201


if __name__ == "__main__":
    main()
