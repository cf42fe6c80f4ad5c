"""Chinese and English say the same, and every link leads somewhere."""

from pathlib import Path

import pytest

from tests.docs import pages

ALL = [pytest.param(page, id=pages.name_of(page)) for page in pages.all_pages()]
DOUBLE = [pytest.param(page, id=pages.name_of(page)) for page in pages.in_both_languages()]
ENGLISH = [page for page in DOUBLE if pages.CHINESE not in page.id]


@pytest.mark.parametrize("page", DOUBLE)
def test_every_page_is_there_in_both_languages_and_leads_to_the_other(page: Path) -> None:
    other = pages.twin(page)
    assert other.exists()
    assert (other.name, "") in list(pages.links(page))


@pytest.mark.parametrize("page", ENGLISH)
def test_both_languages_have_the_same_sections_tables_and_examples(page: Path) -> None:
    other = pages.twin(page)
    assert [level for level, _ in pages.headings(page)] == [level for level, _ in pages.headings(other)]
    assert [len(row) for row in pages.rows(page)] == [len(row) for row in pages.rows(other)]
    assert [language for language, _ in pages.blocks(page)] == [language for language, _ in pages.blocks(other)]


@pytest.mark.parametrize("page", ENGLISH)
def test_code_is_the_same_in_both_languages(page: Path) -> None:
    for language in ("python", "json", "bash", "http"):
        assert pages.examples(page, language) == pages.examples(pages.twin(page), language)


@pytest.mark.parametrize("page", ALL)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    for path, anchor in pages.links(page):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert target.is_relative_to(pages.ROOT), path
        assert not anchor or anchor in pages.anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("page", ALL)
def test_a_page_leads_to_pages_of_its_own_language(page: Path) -> None:
    is_chinese = page.name.endswith(pages.CHINESE)
    led = {path for path, _ in pages.links(page) if path.endswith(".md")} - {pages.twin(page).name}
    double = {path for path in led if not pages.is_in_english_alone((page.parent / path).resolve())}
    assert not {path for path in double if path.endswith(pages.CHINESE) != is_chinese}


def test_who_changes_the_product_reads_english_alone() -> None:
    assert not [page for page in pages.all_pages() if pages.is_in_english_alone(page) and pages.CHINESE in page.name]
