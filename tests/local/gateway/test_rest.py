"""HTTP through the gateway into a small app and back."""

import base64
import logging
import socket
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from chalice.app import Chalice

from local.aws.functions import Functions
from local.gateway.rest_events import MalformedAnswerError, RouteTable, response
from local.gateway.server import Gateway
from local.gateway.settings import GatewaySettings

pytestmark = pytest.mark.enable_socket

FORM = "application/x-www-form-urlencoded"


def test_300_requests_at_once_each_get_their_own_answer(serving):
    http = serving()

    def ask(number):
        return http("GET", f"/echo/name-{number}?n={number}").json

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(ask, range(300)))

    assert answers == [{"name": f"name-{n}", "asked": str(n), "path": f"/echo/name-{n}"} for n in range(300)]


def test_a_form_reaches_the_function_as_the_event_that_lambda_gives(serving, served):
    serving()("POST", "/event?b=2&a=1&b=3&empty=", b"CallSid=CA1&Digits=", Content_Type=FORM, X_Two="y")

    event = served.events[0]

    assert event["body"] == "CallSid=CA1&Digits="
    assert event["isBase64Encoded"] is False
    assert event["resource"] == event["requestContext"]["resourcePath"] == "/event"
    assert event["httpMethod"] == "POST"
    assert event["multiValueQueryStringParameters"] == {"b": ["2", "3"], "a": ["1"], "empty": [""]}
    assert event["queryStringParameters"] == {"b": "3", "a": "1", "empty": ""}
    assert event["multiValueHeaders"]["X-Two"] == ["y"]
    assert event["headers"]["X-Forwarded-For"] == "127.0.0.1"
    assert event["requestContext"]["path"] == "/event"
    assert event["requestContext"]["stage"] == "api"
    assert event["pathParameters"] is None


def test_without_a_query_or_body_the_event_says_null(serving, served):
    serving()("POST", "/event", Content_Type=FORM)

    assert served.events[0]["multiValueQueryStringParameters"] is None
    assert served.events[0]["body"] is None


def test_a_binary_body_arrives_in_base64(serving, served):
    serving()("POST", "/event", b"\xff\x00", Content_Type="audio/wav")

    assert base64.b64decode(served.events[0]["body"]) == b"\xff\x00"
    assert served.events[0]["isBase64Encoded"] is True


def test_repeated_answer_headers_are_all_sent(serving):
    answer = serving()("POST", "/event", b"x=1", Content_Type=FORM)

    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert answer.headers["Content-Type"] == "text/plain"


def test_behind_a_stage_the_path_is_told_with_it_and_nothing_else_answers(serving):
    http = serving(stage="api")

    assert http("GET", "/api/echo/x").json["path"] == "/api/echo/x"
    assert http("GET", "/echo/x").status == 403


def test_a_literal_route_is_preferred_to_a_parameter(serving):
    assert serving()("GET", "/echo/literal").json == {"literal": True}


def test_a_path_parameter_is_told_unescaped(serving):
    assert serving()("GET", "/echo/%E5%BC%A0%20san").json["name"] == "张 san"


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("DELETE", "/echo/x"), ("OPTIONS", "/slow")])
def test_what_no_route_serves_is_refused_in_api_gateways_words(serving, method, path):
    answer = serving()(method, path)

    assert (answer.status, answer.json) == (403, {"message": "Missing Authentication Token"})


def test_a_preflight_is_answered_without_the_function(serving):
    answer = serving()("OPTIONS", "/echo/x")

    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://crm.example"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET,OPTIONS,PUT"


def test_a_body_above_the_limit_is_refused_and_not_handed_over(serving, served):
    answer = serving(body_limit=1000)("POST", "/event", b"x" * 1001, Content_Type=FORM)

    assert (answer.status, served.events) == (413, [])


def test_a_function_that_is_too_slow_is_not_waited_for(serving, served):
    answer = serving(timeout_seconds=0.1)("GET", "/slow")
    served.may_answer.set()  # only now: so the answer was not the function's

    assert answer.status == 504


def test_a_function_that_fails_answers_without_its_reason(serving):
    answer = serving()("GET", "/fails")

    assert answer.status == 500
    assert b"4111" not in answer.body


@pytest.mark.parametrize("answer", [None, {}, {"statusCode": "x"}, {"statusCode": 200, "body": {"a": 1}}])
def test_an_answer_that_is_no_proxy_response_is_the_apps_fault(answer):
    with pytest.raises(MalformedAnswerError):
        response(answer)


def test_the_log_names_the_route_and_nothing_of_the_caller(serving, caplog):
    with caplog.at_level(logging.INFO, "laptop.gateway"):
        serving()("GET", "/echo/13800138000?n=4111111111111111")

    assert "GET /echo/{name} 200" in caplog.text
    assert "13800138000" not in caplog.text
    assert "4111111111111111" not in caplog.text


def test_a_folder_is_served_with_its_index(serving, tmp_path):
    folder = tmp_path / "console"
    folder.mkdir()
    (folder / "index.html").write_text("<p>console")
    (folder / "icall.js").write_text("export {}")
    (tmp_path / "other.js").write_text("none of theirs")
    http = serving(static={"/console": folder})

    assert http("GET", "/console/").body == b"<p>console"
    assert http("GET", "/console/icall.js").body == b"export {}"
    assert http("GET", "/console/missing.js").status == 404
    assert http("GET", "/console/%2e%2e/other.js").status == 404
    assert http("GET", "/echo/x").status == 200


def test_what_is_shared_is_loaded_by_pages_of_every_origin_and_nothing_else_is(serving, tmp_path):
    (tmp_path / "agent.mjs").write_text("export {}")
    http = serving(
        static={"/sdk": tmp_path, "/console": tmp_path}, shared=["/sdk"], documents={"/sdk/deployment.json": {}}
    )

    def allowed(path):
        return http("GET", path, Origin="https://crm.example").headers.get("Access-Control-Allow-Origin")

    assert http("GET", "/sdk/agent.mjs").headers["Content-Type"].partition(";")[0].endswith("/javascript")
    assert [allowed(f"/sdk/{name}") for name in ("agent.mjs", "deployment.json", "missing.mjs")] == ["*", "*", "*"]
    assert (allowed("/console/agent.mjs"), allowed("/sdkx"), allowed("/event")) == (None, None, None)


def test_the_log_names_the_folder_of_a_file_and_not_what_was_asked_for_there(serving, tmp_path, caplog):
    (tmp_path / "agent.mjs").write_text("export {}")
    http = serving(static={"/sdk": tmp_path})
    with caplog.at_level(logging.INFO, "laptop.gateway"):
        http("GET", "/sdk/agent.mjs")
        http("GET", "/sdk/13800138000")
        http("GET", "/13800138000")

    told = [record.getMessage().rpartition(" ")[0].rpartition(" ")[0] for record in caplog.records]
    assert told == ["GET /sdk/* 200", "GET /sdk/* 404", "GET (no route) 403"]


def test_a_route_with_an_empty_parameter_is_no_match():
    assert RouteTable(["/calls/{id}"]).find("/calls//") is None
    assert RouteTable(["/"]).find("/").resource == "/"


def test_a_port_that_is_taken_is_told_at_the_start(served):
    with Gateway(GatewaySettings(), served.app) as first:
        second = Gateway(GatewaySettings(), served.app, port=int(first.url.rsplit(":", 1)[1]))
        with pytest.raises(OSError, match="address already in use"):
            second.start()


def test_a_gateway_that_was_stopped_starts_again_where_it_was(served):
    with Gateway(GatewaySettings(), served.app) as gateway:
        address = gateway.url
        gateway.stop()
        with pytest.raises(OSError, match="refused"):
            urllib.request.urlopen(f"{address}/echo/anna", timeout=10)  # noqa: S310  # loopback

        assert gateway.start() == address
        with urllib.request.urlopen(f"{address}/echo/anna", timeout=10) as answer:  # noqa: S310  # loopback
            assert answer.status == 200


def test_middleware_is_still_there_for_a_second_first_call():
    app = Chalice(app_name="middleware", configure_logs=False)

    @app.middleware("all")
    def note(event, get_response):
        return get_response(event)

    @app.on_sqs_message(queue="timers")
    def timers(event):
        return None

    Functions(app)
    found = app.handler_map["timers"].middleware_handlers

    assert [list(found), list(found)] == [[note], [note]]


def test_a_function_that_still_runs_when_the_gateway_ends_is_waited_for_and_finds_it_gone(served):
    began, gone = threading.Event(), []

    @served.app.route("/late")
    def late():
        began.set()
        try:
            while True:
                socket.create_connection(address, timeout=10).close()
        except ConnectionError as why:  # refused, or reset by the system in the very moment of the end
            gone.append(why)
            raise

    gateway = Gateway(GatewaySettings(), served.app)
    place = urlsplit(gateway.start())
    address = (place.hostname, place.port)
    with socket.create_connection(address, timeout=10) as caller:
        caller.sendall(b"GET /late HTTP/1.1\r\nHost: laptop\r\n\r\n")
        began.wait()
        gateway.stop()
    assert len(gone) == 1
