"""MkDocs hooks: add files of the repository's root to the site, and refuse pages that load from other hosts."""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[2]
# Pages link to these as `../NAME`, which also works in the repository.
FROM_ROOT = (
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "manifest.yml",
    "debrief.example.toml",
    ".env.example",
)
# What a browser fetches by itself; a link to follow may lead anywhere.
_LOADS = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=["']?(?:https?:)?//[^"'> ]+"""
    r"""|<link\b(?![^>]*\brel=["']?(?:canonical|license))[^>]*\bhref=["']?(?:https?:)?//[^"'> ]+"""
    r"""|url\(\s*["']?(?:https?:)?//[^"')]+|@import\s+["'](?:https?:)?//[^"']+"""
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for name in FROM_ROOT:
        text = (ROOT / name).read_text("utf-8")
        text = text.replace("](docs/", "](") if name.endswith(".md") else text
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    return markdown.replace("](../", "](")


def on_post_build(config: MkDocsConfig) -> None:
    found = [
        f"{path.name}: {loaded[0]}"
        for path in sorted(Path(config.site_dir).rglob("*"))
        if path.suffix in {".html", ".css", ".svg"}
        for loaded in _LOADS.finditer(path.read_text("utf-8"))
    ]
    if found:
        raise PluginError("pages load from other hosts:\n" + "\n".join(found))
