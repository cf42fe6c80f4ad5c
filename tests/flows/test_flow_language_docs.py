import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import shipped

from chalicelib.core.flow import stories
from chalicelib.core.flow.kinds import flow_fields, vocabulary
from chalicelib.core.flow.model import Known, PluginShape
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.flow.templates import ROOTS
from chalicelib.core.speech.forms import FORMS

PAGES = {
    name: (shipped.ROOT / "docs" / name).read_text("utf-8") for name in ("flow-language.md", "flow-language.zh.md")
}
WORDS = vocabulary("zh-CN", ("zh-CN", "en-US"))
EXAMPLES = Known(
    plugins={
        "account": PluginShape(frozenset({"number", "pin"}), frozenset({"found", "balance"}), frozenset({"pin"})),
        "customer": PluginShape(frozenset({"phone"}), frozenset({"name"})),
    },
    queues=frozenset({"service", "vip"}),
    sounds=frozenset({"jingle"}),
)
SHARED = {"prompt", "attempts", "timeout", "on_timeout", "on_no_match", "description", "on_error"}


def blocks(page: str) -> list[Any]:
    """Give the page's YAML blocks."""
    return [shipped.document(block) for block in re.findall(r"```yaml\n(.*?)```", PAGES[page], re.DOTALL)]


def section(page: str, heading: str) -> str:
    """Give the text under a heading."""
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^##|\Z)", PAGES[page], re.DOTALL | re.MULTILINE)
    assert found, f"{page} has no section {heading}"
    return found[1]


def keys_of(schema: Mapping[str, Any]) -> Iterator[str]:
    """Give the names of the fields that a schema describes, those inside them too."""
    for name, inner in schema.get("properties", {}).items():
        yield name
        yield from keys_of(inner)
    yield from keys_of(schema["items"]) if "items" in schema else ()


@pytest.mark.parametrize("page", PAGES)
def test_every_example_is_a_good_flow_or_a_story_that_comes_true(page: str) -> None:
    flows = {block["name"]: read_flow(block, EXAMPLES) for block in blocks(page) if "steps" in block}
    told = [stories.read_story(block) for block in blocks(page) if "story" in block]
    assert len(flows) + len(told) == len(blocks(page)) >= 13
    for story in told:
        stories.tell(story, flows[story.flow])


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", WORDS.steps)
def test_every_field_of_a_step_is_documented_with_an_example(page: str, kind: str) -> None:
    text = section(page, f"### `{kind}`")
    fields = WORDS.steps[kind].fields
    names = {inner for name in fields for inner in (name, *keys_of(fields[name].kind.schema()))}
    undocumented = {name for name in names - SHARED if f"`{name}`" not in text}
    assert not undocumented
    assert re.search(rf"do: {kind}\b", text)


@pytest.mark.parametrize("page", PAGES)
def test_everything_else_that_may_be_written_is_documented(page: str) -> None:
    text = PAGES[page]
    told = {*flow_fields(), *SHARED, *FORMS, *stories.VERBS, *keys_of(stories.schema())}
    assert not {name for name in told if f"`{name}`" not in text}
    assert not {name for name in ROOTS if not re.search(rf"`{name}[.`]", text)}
