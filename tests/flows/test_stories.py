import re
from typing import Any

import pytest
import shipped

from chalicelib.core.flow.model import Known
from chalicelib.core.flow.reading import read_flow
from chalicelib.core.flow.stories import StoryBroken, StoryMistakes, read_story, tell

FLOW = shipped.flows()["freight-waybill"]


def broken(*lines: dict[str, Any]) -> str:
    story = read_story({"story": "A try", "flow": "freight-waybill", "lines": list(lines)})
    with pytest.raises(StoryBroken) as failure:
        tell(story, FLOW)
    return str(failure.value)


def test_what_was_heard_instead_is_told_with_its_line() -> None:
    said = broken({"hears": "欢迎致电"}, {"hears": "请输入"})
    assert said.startswith("A try: line 2 (hears: 请输入): heard instead: ")
    assert "查询运单请按1" in said


def test_lines_hear_in_order() -> None:
    assert "line 2" in broken({"hears": "查询运单"}, {"hears": "欢迎致电"})


def test_what_must_not_be_heard_is_noticed() -> None:
    assert "line 1 (hears_nothing_of: 欢迎)" in broken({"hears_nothing_of": "欢迎"})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"reaches": {"queue": "service"}}, "expected to reach the queue service, but is asked for digits"),
        ({"answers": {}}, "expected a plugin to be asked, but is asked for digits, at step main_menu"),
        ({"ends": "completed"}, "expected the call to end"),
        ({"leaves": "full"}, "expected to wait in a queue"),
        ({"goes_to": "survey"}, "expected to go to survey"),
        ({"has_tags": {"WAYBILL": "1"}}, "has the tags WAYBILL: None"),
    ],
)
def test_what_happened_instead_is_told(line: dict[str, Any], said: str) -> None:
    assert said in broken(line)


def test_the_wrong_queue_and_key_are_told() -> None:
    to_queue = {"presses": "0"}
    assert "reached the queue service" in broken(to_queue, {"reaches": {"queue": "vip"}})
    assert "only 0" in broken(to_queue, {"presses": "5"})
    assert "but waits in the queue service" in broken(to_queue, {"waits": "silently"})


def test_a_caller_comes_back_only_from_a_number() -> None:
    assert "expected to be with a number outside" in broken({"returns": "failed"})


def test_the_wrong_plugin_and_inputs_are_told() -> None:
    asked = [{"presses": "1"}, {"presses": "123456"}, {"presses": "1"}]
    assert "the plugin waybill is asked" in broken(*asked, {"asks": {"plugin": "customer"}})
    assert "is told number: 123456" in broken(*asked, {"asks": {"plugin": "waybill", "told": {"number": "9"}}})
    assert "expected to be asked for digits, but the plugin waybill is asked" in broken(*asked, {"presses": "1"})


NIGHT = {
    "name": "night",
    "language": "en-US",
    "steps": {
        "tune": {"do": "play", "sound": "night-tune", "next": "desk"},
        "desk": {"do": "transfer", "number": "+8675583000099", "on_failure": "person"},
        "person": {"do": "queue", "queue": "service", "keys": {"1": "bye"}, "on_full": "bye", "on_closed": "bye"},
        "bye": {"do": "hangup"},
    },
}


def test_a_story_follows_a_call_outside_and_back_into_a_queue_and_out_of_it_by_a_key() -> None:
    lines = [
        {"hears": "(media:night-tune)"},
        {"goes_to": "+8675583000099"},
        {"returns": "failed"},
        {"reaches": {"queue": "service"}},
        {"presses": "1"},
        {"hears_nothing_of": "night"},
        {"ends": "completed"},
    ]
    flow = read_flow(NIGHT, Known())
    tell(read_story({"story": "At night", "flow": "night", "lines": lines}), flow)
    for line, said in (({"goes_to": "110"}, "goes to +86"), ({"ends": "completed"}, "but goes to +86")):
        story = read_story({"story": "At night", "flow": "night", "lines": [line]})
        with pytest.raises(StoryBroken, match=re.escape(said)):
            tell(story, flow)


def test_every_mistake_of_a_story_is_told_with_its_place() -> None:
    document = {
        "story": "A try",
        "flow": "freight-waybill",
        "now": 5,
        "lines": [{"heard": "x"}, {"presses": 1}, {"hears": "a", "waits": "silently"}, {"leaves": "bored"}],
    }
    with pytest.raises(StoryMistakes) as refusal:
        read_story(document)
    places = {mistake.place: mistake.message for mistake in refusal.value.mistakes}
    assert "did you mean 'hears'" in places["lines[0].heard"]
    assert set(places) >= {"now", "lines[1].presses", "lines[2]", "lines[3].leaves"}
