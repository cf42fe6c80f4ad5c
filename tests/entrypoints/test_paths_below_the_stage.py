"""Where a request came in, as signatures need it: below the public address, whoever's domain it is."""

from typing import Any

import pytest
from chalice.app import Request as ChaliceRequest

from chalicelib.entrypoints import http


def request(path: str, **context: str) -> ChaliceRequest:
    event: dict[str, Any] = {
        "multiValueQueryStringParameters": None,
        "headers": {},
        "pathParameters": None,
        "stageVariables": None,
        "body": "",
        "requestContext": {"httpMethod": "POST", "resourcePath": "/", "path": path, **context},
    }
    return ChaliceRequest(event)


@pytest.mark.parametrize(
    ("called", "stage"),
    [
        ("/api/carriers/twilio/voice", "api"),
        ("/carriers/twilio/voice", "api"),
        ("/carriers/twilio/voice", "carriers-2"),
    ],
)
def test_the_stage_is_no_part_of_the_path_on_either_domain(called, stage):
    seen = []
    http.answer(request(called, stage=stage), lambda asked: seen.append(asked.path) or http.Reply(""), note=pytest.fail)
    assert seen == ["/carriers/twilio/voice"]


def test_a_path_that_only_begins_like_the_stage_is_left_whole():
    seen = []
    http.answer(
        request("/apian/way", stage="api"), lambda asked: seen.append(asked.path) or http.Reply(""), note=pytest.fail
    )
    assert seen == ["/apian/way"]


def test_a_server_without_stages_gives_its_paths_as_they_are():
    seen = []
    http.answer(request("/media/hold.wav"), lambda asked: seen.append(asked.path) or http.Reply(""), note=pytest.fail)
    assert seen == ["/media/hold.wav"]
