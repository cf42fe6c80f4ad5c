from pathlib import Path

import pytest

from chalicelib.core.ground.metrics import FACTS, Metric

DOCS = Path(__file__).parents[3] / "docs"
PAGES = ("watching.md", "watching.zh.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_metric_is_explained_to_operators_and_no_other(page):
    text = (DOCS / page).read_text("utf-8")

    explained = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `") and "Metric" not in line}
    assert explained == set(Metric) | set(FACTS)


def test_a_metric_is_its_name_and_carries_its_meaning():
    assert Metric.CALLS == "Calls"
    assert Metric("OutboxAge") is Metric.OUTBOX_AGE
    assert len({metric.meaning for metric in Metric}) == len(Metric)
