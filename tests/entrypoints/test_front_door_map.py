"""The map of the house: every way in that app.py opens, with who may come from another origin and what proves them."""

import pytest
from chalice.app import DynamoDBEventConfig, ScheduledEventConfig, SQSEventConfig

import app
from chalicelib.entrypoints import routes

ROUTES = {
    ("POST", "/carriers/twilio/voice"): "form",
    ("POST", "/carriers/twilio/status"): "form",
    ("POST", "/carriers/twilio/calls/{call}/turns/{turn}"): "form",
    ("POST", "/carriers/twilio/calls/{call}/legs/{leg}/status"): "form",
    ("POST", "/carriers/twilio/calls/{call}/conference"): "form",
    ("POST", "/carriers/twilio/calls/{call}/recordings/{vocid}"): "form",
    ("POST", "/carriers/twilio/calls/{call}/announcement/{sealed}"): "form",
    ("POST", "/carriers/asterisk/{pbx}/events"): "signed",
    ("GET", "/media/{name}"): "open",
    ("POST", "/sso/login-codes"): "api key",
    ("POST", "/agent/sessions"): "page",
    ("DELETE", "/agent/sessions/current"): "page, session",
    ("POST", "/agent/socket-tickets"): "page, session",
    ("POST", "/agent/softphone-credentials"): "page, session",
    ("POST", "/agent/actions"): "page, session",
    ("GET", "/agent/state"): "page, session",
    ("GET", "/agent/configuration"): "page, session",
    ("GET", "/agent/calls"): "page, session",
    ("GET", "/agent/calls/{call}/earlier"): "page, session",
    ("GET", "/agent/audit/{day}"): "page, session",
    ("GET", "/agent/recordings/{vocid}"): "page, session",
}

FAMILIES = (*routes.CARRIERS.values(), routes.MEDIA, routes.BUSINESS, routes.AGENTS)
ENTRIES = {(method, path): entry for path, methods in app.app.routes.items() for method, entry in methods.items()}


def path_of(route):
    return route[1].replace("{", "").replace("}", "")


def test_every_route_is_on_the_map_and_no_other():
    assert set(ENTRIES) == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_only_what_a_page_in_a_browser_needs_may_be_asked_from_another_origin(route):
    assert (ENTRIES[route].cors is not None) == ROUTES[route].startswith("page")


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_twilio_sends_forms_and_everybody_else_json(route):
    expected = ["application/x-www-form-urlencoded"] if ROUTES[route] == "form" else ["application/json"]
    assert ENTRIES[route].content_types == expected


@pytest.mark.parametrize("route", [route for route, way in ROUTES.items() if way.endswith("session")], ids=" ".join)
@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic eDp5"}], ids=str)
def test_behind_a_session_nothing_is_told_without_one(centre, route, header):
    answer = centre.asks(route[0], path_of(route), headers=header)
    assert (answer.status, answer.json["error"]) == (401, "NotProved")


def test_what_is_answered_is_kept_by_no_cache(centre):
    assert centre.asks("GET", "/agent/state").headers["Cache-Control"] == "no-store"


def test_sockets_stream_queues_and_timer_are_the_only_other_ways_in():
    sockets = {key: handler.name for key, handler in app.app.websocket_handlers.items()}
    assert sockets == {
        "$connect": "socket_connect",
        "$default": "socket_message",
        "$disconnect": "socket_disconnect",
    }
    sources = {config.name: type(config) for config in app.app.event_sources}
    assert sources == {
        "stream": DynamoDBEventConfig,
        "timers": SQSEventConfig,
        "webhooks": SQSEventConfig,
        "recordings": SQSEventConfig,
        "sweep": ScheduledEventConfig,
    }


def test_every_way_in_says_what_comes_there():
    answering = {route.answers: route.handler() for family in FAMILIES for route in family}
    others = {name: way for name, way in app.app.handler_map.items() if name not in answering}
    assert len(others) == len(app.app.websocket_handlers) + len(app.app.event_sources)
    ways = answering | {name: getattr(way, "func", way) for name, way in others.items()}
    assert [name for name, way in ways.items() if not way.__doc__] == []


@pytest.mark.parametrize(
    "name", ["hold-music", "../secrets.json", "hold-music.mp3", "A.wav", "a" * 80 + ".wav", ".wav"]
)
def test_only_sounds_by_plain_names_are_led_to(centre, name):
    answer = centre.asks("GET", f"/media/{name}")
    assert answer.status in (403, 404)


def test_a_sound_is_led_to_in_its_bucket(centre):
    answer = centre.asks("GET", "/media/hold-music.wav")
    assert (answer.status, answer.headers["Location"]) == (302, "https://media.example/hold-music")
