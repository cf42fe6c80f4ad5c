"""The documents: their pages, headings, links and examples."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from sybil import Document
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CHINESE = ".zh.md"
ENGLISH_ALONE = ("tour.md", "where-to-put-it.md", "benchmarks.md", "decisions/")
"""Below docs/: for those who change the product."""

CONTRACTS = ("infra/asterisk/protocol.md",)
"""Below the root: what two programs keep, for those who change either."""

_INFO = re.compile(r"(?P<language>\w*)[^\n]*$\n", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def both(name: str) -> list[object]:
    """Give a page in English and in Chinese, as parameters of a test."""
    return [pytest.param(DOCS / f"{name}.md", id=name), pytest.param(DOCS / f"{name}{CHINESE}", id=f"{name}.zh")]


def all_pages() -> list[Path]:
    """Give every page, those at the root too."""
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def in_both_languages() -> list[Path]:
    """Give the pages for those who use the product."""
    return [page for page in all_pages() if not is_in_english_alone(page)]


def is_in_english_alone(page: Path) -> bool:
    """Tell whether the page is for those who change the product."""
    if page.is_relative_to(DOCS):
        return page.relative_to(DOCS).as_posix().startswith(ENGLISH_ALONE)
    return name_of(page) in CONTRACTS


def name_of(page: Path) -> str:
    """Name a page from the root."""
    return page.relative_to(ROOT).as_posix()


def text(page: Path) -> str:
    """Give the page's text."""
    return page.read_text("utf-8")


def twin(page: Path) -> Path:
    """Give the same page in the other language."""
    name = page.name.removesuffix(CHINESE) + ".md" if page.name.endswith(CHINESE) else page.stem + CHINESE
    return page.with_name(name)


def blocks(page: Path) -> list[tuple[str, str]]:
    """Give the page's examples with their languages, in order."""
    document = Document(text(page), str(page))
    found = sorted(RawFencedCodeBlockLexer(_INFO)(document), key=lambda region: region.start)
    return [(region.lexemes["language"], str(region.lexemes["source"])) for region in found]


def examples(page: Path, language: str) -> list[str]:
    """Give the page's examples in one language."""
    return [source for known, source in blocks(page) if known == language]


def prose(page: Path) -> str:
    """Give the page without its examples."""
    return re.sub(r"^```.*?^```$", "", text(page), flags=re.DOTALL | re.MULTILINE)


def headings(page: Path) -> list[tuple[int, str]]:
    """Give the page's headings with their levels."""
    return [(len(marks), words) for marks, words in re.findall(r"^(#+) (.+)$", prose(page), re.MULTILINE)]


def anchors(page: Path) -> set[str]:
    """Give what a link may name after the #."""
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for _, words in headings(page)}


def links(page: Path) -> Iterator[tuple[str, str]]:
    """Give the page's links into the repository: path and anchor."""
    for target in _LINK.findall(prose(page)):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield unquote(path), unquote(anchor)


def rows(page: Path) -> list[list[str]]:
    """Give the rows of the page's tables, without their heads, cell by cell."""
    lines = [line for line in prose(page).splitlines() if line.startswith("|")]
    body = [line for number, line in enumerate(lines) if not _is_head(lines, number)]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in body]


def _is_head(lines: list[str], number: int) -> bool:
    return any(set(line) <= set("|-: ") for line in lines[number : number + 2])


def section(page: Path, words: str) -> str:
    """Give what stands under a heading, up to the next of any level."""
    found = re.search(rf"^#+ {re.escape(words)}\n(.*?)(?=^#+ |\Z)", text(page), re.DOTALL | re.MULTILINE)
    assert found, f"{name_of(page)} has no heading {words}"
    return found[1]
