import json
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.core.flow.plugins import (
    Plugin,
    PluginMistakes,
    outputs_of,
    read_plugin,
    request_for,
    with_secrets,
)
from chalicelib.core.ground.errors import PluginFailed

WAYBILL: dict[str, Any] = {
    "name": "waybill",
    "address": "https://api.example.com/waybills/{number}",
    "headers": {"Authorization": "Bearer secret:business/api-key"},
    "query": {"lang": "{language}"},
    "inputs": {"number": {}, "language": {"description": "zh-CN or en-US"}},
    "outputs": {"plate": "truck.plate", "boxes": "length(boxes)"},
    "found": "found",
}
LOGIN: dict[str, Any] = {
    "name": "login",
    "method": "POST",
    "address": "https://api.example.com/login",
    "inputs": {"number": {}, "pin": {"sensitive": True}},
    "body": {"who": {"number": "{number}"}, "pins": ["{pin}"], "v": 1},
    "outputs": {"ok": "ok"},
}


def mistakes_of(**changes: Any) -> dict[str, str]:
    with pytest.raises(PluginMistakes) as refusal:
        read_plugin(WAYBILL | changes)
    return {mistake.place: mistake.message for mistake in refusal.value.mistakes}


def plugin(document: Any = WAYBILL, **changes: Any) -> Plugin:
    return read_plugin(document | changes)


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        ({"adress": "x"}, "adress", "did you mean 'address'"),
        ({"address": "http://api.example.com/{number}/{language}"}, "address", "must begin with https://"),
        ({"address": "https://user:pw@api.example.com/{number}"}, "address", "without user"),
        ({"address": "https://{number}.example.com/x"}, "address", "inputs in the path alone"),
        ({"address": "https://api.example.com/?n={number}"}, "address", "without user, query"),
        ({"address": "ftp://api.example.com/"}, "address", "https address"),
        ({"address": "${BUSINESS_URL}/{number}"}, "address", "not filled in"),
        ({"address": "https://api.example.com/{numbr}"}, "address", "did you mean 'number'"),
        ({"query": {}}, "inputs.language", "used nowhere"),
        ({"body": {}}, "body", "needs the method POST"),
        ({"method": "PUT"}, "method", "one of GET, POST"),
        ({"headers": {"Authorization": "Bearer abc"}}, "headers.Authorization", "write secret:<name>"),
        ({"headers": {"Host": "x"}}, "headers.Host", "set by us"),
        ({"headers": {"X-A": "a\r\nX-B: c"}}, "headers.X-A", "one line"),
        ({"inputs": {"number": {"sensitive": True}, "language": {}}}, "address", "may stand in the body alone"),
        ({"outputs": {}}, "outputs", "1 to 50"),
        ({"outputs": {"plate": "truck..plate"}}, "outputs.plate", "not JMESPath"),
        ({"outputs": {"found": "x"}}, "outputs.found", "made by `found`"),
        ({"timeout_ms": 5000}, "timeout_ms", "from 100 to 4000"),
        ({"on_failure": {"fr-FR": "Non"}}, "on_failure.fr-FR", "one of zh-CN, en-US"),
    ],
)
def test_a_mistake_is_told_with_its_place(change: dict[str, Any], place: str, message: str) -> None:
    found = mistakes_of(**change)
    assert message in found.get(place, ""), found


def test_every_mistake_is_told_at_once() -> None:
    assert set(mistakes_of(timeout_ms=1, method="X", outputs={"a": "]"})) == {"timeout_ms", "method", "outputs.a"}


def test_the_laptop_may_be_asked_without_https() -> None:
    assert plugin(address="http://127.0.0.1:8002/{number}").address == "http://127.0.0.1:8002/{number}"


def test_a_flow_sees_the_plugins_names() -> None:
    shape = plugin().shape()
    assert shape.inputs == {"number", "language"}
    assert shape.outputs == {"plate", "boxes", "found"}
    assert plugin(LOGIN).shape().sensitive == {"pin"}


@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_a_value_stays_in_its_place_of_the_address(number: str, language: str) -> None:
    assume(number not in {".", ".."})
    url = request_for(plugin(), {"number": number, "language": language}).url
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("https", "api.example.com")
    assert [unquote(segment) for segment in parts.path.split("/")] == ["", "waybills", number]
    assert unquote(parts.query) == f"lang={language}"


def test_a_value_stays_in_its_place_of_the_body() -> None:
    request = request_for(plugin(LOGIN), {"number": '"}', "pin": "4711"})
    assert json.loads(request.body or b"") == {"who": {"number": '"}'}, "pins": ["4711"], "v": 1}
    assert request.headers["Content-Type"] == "application/json"
    assert "4711" not in repr(request)


@pytest.mark.parametrize("inputs", [{}, {"number": "", "language": "x"}, {"number": "..", "language": "x"}])
def test_what_cannot_be_asked_is_not_asked(inputs: dict[str, str]) -> None:
    with pytest.raises(PluginFailed) as failed:
        request_for(plugin(), inputs)
    assert failed.value.reason == "bad_input"


def test_secrets_are_filled_in_last() -> None:
    request = request_for(plugin(), {"number": "1", "language": "x"})
    assert with_secrets(request.headers, {"business/api-key": "s3"}.__getitem__)["Authorization"] == "Bearer s3"


def test_outputs_are_taken_from_the_reply() -> None:
    reply = {"found": True, "truck": {"plate": "粤B12345"}, "boxes": [1, 2]}
    assert outputs_of(plugin(), 200, reply) == {"plate": "粤B12345", "boxes": 2, "found": True}


def test_a_404_means_that_there_is_nothing() -> None:
    assert outputs_of(plugin(), 404, None) == {"plate": None, "boxes": None, "found": False}


@pytest.mark.parametrize(
    ("status", "reply", "reason"),
    [
        (500, {}, "bad_status"),
        (301, {}, "bad_status"),
        (200, {"boxes": 5}, "bad_shape"),
        (200, [], "bad_shape"),
        (200, {"boxes": [], "truck": {"plate": ["a"]}}, "bad_shape"),
    ],
)
def test_a_reply_that_cannot_be_used_is_a_failure(status: int, reply: Any, reason: str) -> None:
    with pytest.raises(PluginFailed) as failed:
        outputs_of(plugin(), status, reply)
    assert failed.value.reason == reason


def test_a_404_without_a_condition_is_a_failure() -> None:
    with pytest.raises(PluginFailed):
        outputs_of(plugin(LOGIN), 404, {})


def test_long_texts_are_cut() -> None:
    assert len(outputs_of(plugin(LOGIN), 200, {"ok": "x" * 9999})["ok"]) == 500


@pytest.mark.parametrize(
    ("told", "kept"), [("广州\ud83d", "广州\ufffd"), ("\ude00a", "\ufffda"), ("😀" * 600, "😀" * 500)]
)
def test_a_character_that_was_cut_in_two_is_replaced_and_none_is_cut_by_us(told: str, kept: str) -> None:
    assert outputs_of(plugin(LOGIN), 200, {"ok": told})["ok"] == kept
