"""What mkdocs does beyond Markdown: a hook, named in .mkdocs.yml.

Some pages are files of the repository that are elsewhere (`ELSEWHERE`). On the site, a comment
``<!-- ::: scaler_lab.client.client.Client -->`` becomes that name's docstring; where the code is
read, it is invisible.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

TOP = Path(__file__).parent.parent

ELSEWHERE = {
    "index.md": "README.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
    "changelog.md": "CHANGELOG.md",
}
_PAGE_OF = {source: page for page, source in ELSEWHERE.items()}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
_SOURCE_LINK = re.compile(r"\[([^\]]+)\]\(\.\./(?:scaler_lab|extension|tests)[^)]*\)")
_DIRECTIVE = re.compile(r"^<!-- (::: .*?) -->$", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that live elsewhere."""
    for page, source in ELSEWHERE.items():
        text = _LINK.sub(_as_in_docs, (TOP / source).read_text(encoding="utf-8"))
        files.append(File.generated(config, page, content=_with_dark_pictures(text)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Show the docstrings, and lead links out of docs/ to the pages made of those files."""
    for page, source in ELSEWHERE.items():
        markdown = markdown.replace(f"](../{source}", f"]({page}")
    markdown = _SOURCE_LINK.sub(r"\1", markdown)  # the site has no page for a source file
    return _DIRECTIVE.sub(r"\1", markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Docstrings say "here comes code" with two colons, which Markdown doesn't know."""
    return html.replace("<p>::</p>\n", "").replace("::</p>", ":</p>")


def _with_dark_pictures(text: str) -> str:
    """Show the dark version of a picture on a dark page, if there is one."""

    def both(picture: re.Match[str]) -> str:
        words, name = picture[1], picture[2]
        dark = f"{name}-dark.png"
        if not (TOP / "docs" / dark).exists():
            return picture[0]
        return f"![{words}]({name}.png#only-light)\n![{words}]({dark}#only-dark)"

    return re.sub(r"!\[([^\]]*)\]\(([\w-]+)\.png\)", both, text)


def _as_in_docs(link: re.Match[str]) -> str:
    """A link in a file at the top, as it is to be in docs; to a file that is no page, its name."""
    mark, words, target, anchor = link[1], link[2], link[3], link[4] or ""
    if "://" in target:
        return link[0]
    page = _PAGE_OF.get(target) or (target[5:] if target.startswith("docs/") else None)
    if page is None:
        return words
    return f"{mark}[{words}]({page}{anchor})"
