"""`python -m tests.support.layout`: write the packages' docstrings into docs/architecture.md, in import order."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- layout: begin -->\n", "<!-- layout: end -->"


def packages(layer: str) -> list[str]:
    """Return a layer's packages in import order, as the contracts list them."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = config["tool"]["importlinter"]["contracts"]
    ordered = [contract for contract in contracts if contract["type"] == "layers"]
    own = [contract for contract in ordered if layer in contract.get("containers", [])] or ordered
    names = [name.removeprefix(f"{layer}.") for name in own[0]["layers"]]
    found = [name for name in names if (ROOT / layer / name / "__init__.py").exists()]
    existing = {path.parent.name for path in (ROOT / layer).glob("*/__init__.py")}
    assert set(found) == existing, existing.symmetric_difference(found)
    return found


def layout() -> str:
    """Return the layout as Markdown: each layer with its packages and their descriptions."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    for layer in ("handlers", "bot", "storage"):
        yield f"### `{layer}/`\n\n{_docstring(layer)}\n"
        names = ["engine", "tables"] if layer == "storage" else packages(layer)
        yield "| Package | Content |\n|---|---|"
        for name in names:
            for package in _with_subpackages(f"{layer}/{name}"):
                yield f"| `{package}/` | {' '.join(_docstring(package).split())} |"
        yield ""


def _with_subpackages(package: str) -> Iterator[str]:
    """Yield a package, then the packages in it."""
    yield package
    for path in sorted((ROOT / package).glob("*/__init__.py")):
        yield str(path.parent.relative_to(ROOT))


def _docstring(package: str) -> str:
    text = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text()))
    assert text, f"{package} has no docstring"
    return text


def page() -> str:
    """Return docs/architecture.md with the current layout."""
    between = f"({re.escape(BEGIN)}).*({re.escape(END)})"
    return re.sub(
        between,
        lambda found: f"{found[1]}\n{layout()}\n{found[2]}",
        PAGE.read_text(),
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    PAGE.write_text(page())
