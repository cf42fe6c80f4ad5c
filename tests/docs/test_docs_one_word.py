"""One word for one thing in Chinese, and Chinese written as one hand writes it, on pages and in documents."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

SEAT = "座席"
OTHER_WRITING = "坐席"
"""Sounds the same; the glossary has the first."""

NOT_OURS_TO_WRITE = ("web/sdk/test/pages/guide-demo.html", "tests/docs/test_docs_one_word.py")
"""What others wrote, and the word itself."""

TABLES = (
    "web/console/src/texts/zh-CN.ts",
    "local/business/pages/texts.js",
    "web/phone/texts.js",
    "web/start/index.html",
)
SEAM = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")
DAY = re.compile(r"\b[Aa]t \{\{[^}]*\| *(?:date|datetime|hour|minute) *\}\}")


def product_files() -> list[Path]:
    """Every text that the product is made of."""
    # The working tree's own list: what is built or installed is no text of ours.
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607 - git
    paths = [ROOT / name for name in listed.stdout.splitlines() if name not in NOT_OURS_TO_WRITE]
    return [path for path in paths if path.suffix in {".md", ".ts", ".tsx", ".js", ".html", ".py", ".yaml", ".json"}]


def test_a_seat_is_written_in_one_way_everywhere() -> None:
    assert [path.name for path in product_files() if path.exists() and OTHER_WRITING in path.read_text("utf-8")] == []
    assert SEAT in (ROOT / "docs" / "glossary.zh.md").read_text("utf-8")


@pytest.mark.parametrize("table", TABLES)
def test_chinese_and_latin_letters_or_digits_have_a_blank_between_them_on_every_page(table: str) -> None:
    assert SEAM.findall((ROOT / table).read_text("utf-8")) == []


def test_a_day_is_spoken_with_on_and_not_with_at() -> None:
    spoken = [*sorted((ROOT / "flows").rglob("*.yaml")), *sorted((ROOT / "docs").glob("*.md"))]
    told = {path.name: DAY.findall(path.read_text("utf-8")) for path in spoken}
    assert {name: found for name, found in told.items() if found} == {}
