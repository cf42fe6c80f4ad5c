"""What a query string says is read at the wall, as bodies and paths are: bounded, and such as UTF-8 can carry."""

from collections.abc import Mapping
from typing import Any

import pytest
from chalice.app import Request as ChaliceRequest

from chalicelib.entrypoints import http


def asked(query: Mapping[str, list[str]] | None) -> tuple[int, Mapping[str, str] | None]:
    """Give the status, and the query string as a handler sees it."""
    event: dict[str, Any] = {
        "multiValueQueryStringParameters": query,
        "headers": {},
        "pathParameters": None,
        "stageVariables": None,
        "body": "",
        "requestContext": {"httpMethod": "GET", "resourcePath": "/", "path": "/"},
    }
    seen: list[Mapping[str, str]] = []

    def handler(request: http.Request) -> http.Reply:
        seen.append(request.query)
        return http.Reply("")

    answer = http.answer(ChaliceRequest(event), handler, note=pytest.fail)
    return answer.status_code, seen[0] if seen else None


def test_a_handler_sees_each_name_with_its_value():
    assert asked({"from": ["2026-03-01"], "queue": ["service"]}) == (200, {"from": "2026-03-01", "queue": "service"})


@pytest.mark.parametrize("query", [None, {}])
def test_none_is_an_empty_one(query):
    assert asked(query) == (200, {})


def test_half_a_character_is_replaced_in_names_and_in_values():
    assert asked({"q\ud83d": ["广州\ud83d"]}) == (200, {"q\ufffd": "广州\ufffd"})


@pytest.mark.parametrize(
    "query",
    [
        {"queue": ["service", "senior"]},
        {"queue": []},
        {f"n{number}": ["1"] for number in range(17)},
        {"q": ["x" * 257]},
        {"x" * 257: ["1"]},
    ],
    ids=["twice", "without a value", "too many", "a long value", "a long name"],
)
def test_one_that_is_not_as_it_must_be_is_refused_and_not_repeated(query):
    assert asked(query) == (400, None)
