import pytest
import shipped

from chalicelib.core.flow.checks import graph_of, reached
from chalicelib.core.flow.model import ENDS
from chalicelib.core.flow.stories import tell
from chalicelib.core.speech.forms import LANGUAGES

FLOWS = shipped.flows()
STORIES = shipped.stories()


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_is_named_as_its_file(name: str) -> None:
    assert FLOWS[name].name == name


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_reaches_an_end_from_every_step(name: str) -> None:
    flow = FLOWS[name]
    graph = graph_of(flow)
    for step in flow.steps:
        assert any(isinstance(flow.steps[after], ENDS) for after in reached([step], graph)), step


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_speaks_the_languages_it_declares_in_its_stories_too(name: str) -> None:
    spoken = {story.language or FLOWS[name].language for story in STORIES.values() if story.flow == name}
    assert spoken <= set(FLOWS[name].languages) <= set(LANGUAGES)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_comes_true(name: str) -> None:
    story = STORIES[name]
    tell(story, FLOWS[story.flow])


def test_every_flow_has_a_story() -> None:
    assert {story.flow for story in STORIES.values()} == set(FLOWS)
