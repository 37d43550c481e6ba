"""What mkdocs is to do beyond Markdown: a hook of its, named in .mkdocs.yml.

Some pages are files of the repository that live elsewhere (`ELSEWHERE`).  And a line
``::module scaler_lab.client.client`` becomes that module's docstring, its drawings and tables kept:
what is said at the heads of the modules is said once.
"""

from __future__ import annotations

import ast
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
_MODULE = re.compile(r"^::module (\S+)$", re.MULTILINE)


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that live elsewhere."""
    for page, source in ELSEWHERE.items():
        text = (TOP / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=_LINK.sub(_as_in_docs, text)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the modules' docstrings in; lead links out of docs/ to the pages made of those files."""
    for page, source in ELSEWHERE.items():
        markdown = markdown.replace(f"](../{source}", f"]({page}")
    return _MODULE.sub(lambda found: _head_of(found[1]), markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Docstrings say "here comes code" with two colons, which Markdown doesn't know."""
    return html.replace("<p>::</p>\n", "").replace("::</p>", ":</p>")


def _as_in_docs(link: re.Match[str]) -> str:
    """A link in a file at the top, as it is to be in docs; to a file that is no page, its name."""
    mark, words, target, anchor = link[1], link[2], link[3], link[4] or ""
    if "://" in target:
        return link[0]
    page = _PAGE_OF.get(target) or (target[5:] if target.startswith("docs/") else None)
    if page is None:
        return words
    return f"{mark}[{words}]({page}{anchor})"


def _head_of(module: str) -> str:
    path = TOP / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    if docstring is None:
        raise ValueError(f"{file} has no docstring to show")
    return f"`{module}`\n\n````text\n{docstring}\n````"
