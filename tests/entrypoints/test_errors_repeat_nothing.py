"""What came from outside is in no refusal and in no line for operators, whichever door and field it came through."""

import json
import re
from urllib.parse import quote, urlencode

import pytest
from twilio.request_validator import RequestValidator

import app
from chalicelib.core.agents.action_codes import ACTION_CODES
from tests.fakes.centre import CALLER, NUMBER, PUBLIC, SECRETS, TOKEN
from tests.fakes.front_door import FORM
from tests.fakes.scenes import ringing, talking, wrapping_up

WORD, NUMERAL = "QdTWbhLZxf", 918273645
CANARIES = [WORD, NUMERAL, [WORD], {WORD: WORD}, WORD * 800, f"{WORD}\ud83d", f"{WORD}\x00", f"13900139000;{WORD}"]
FIELDS = ["agentId", "userName", "password", "code", "device", "requestId", "act", "iParam", "sParam", "type", WORD]
ROUTES = sorted((path, method) for path, methods in app.app.routes.items() for method in methods)
PARAMETER = re.compile(r"\{\w+\}")
GOOD = {"agentId": "100", "password": "icall-100", "act": 9, "iParam": 1, "sParam": ""}


@pytest.fixture
def page(centre):
    return centre.page("100").signs_in()


def repeats(text: str) -> bool:
    return WORD in text or str(NUMERAL) in text


def notes(centre, capfd, caplog) -> str:
    return repr(centre.watch.notes) + "".join(capfd.readouterr()) + caplog.text


@pytest.mark.parametrize(("route", "method"), [each for each in ROUTES if "/carriers/" not in each[0]])
def test_no_refusal_of_a_route_repeats_what_was_asked(centre, page, capfd, caplog, route, method):
    bodies = [GOOD | {name: canary} for name in FIELDS for canary in CANARIES] + [{}, {WORD: WORD}]
    raw = [json.dumps(body).encode() for body in bodies] + [WORD.encode(), f'{{"{WORD}'.encode()]
    path = PARAMETER.sub(WORD, route)
    asked = [(path, body, token) for body in raw for token in (WORD, SECRETS["business/api-key"], page.token)]
    asked += [(PARAMETER.sub(quote(odd), route), b"{}", page.token) for odd in (WORD * 200, f"{WORD} {WORD}")]

    refused = []
    for where, body, token in asked:
        answer = centre.asks(method, where, body, token=token, headers={"X-Odd": WORD})
        if answer.status >= 400:
            refused.append(answer.text + repr(answer.headers))
        elif method == "DELETE":
            page.signs_in()

    assert refused or "media" in route or method == "GET"
    assert [text for text in refused if repeats(text)] == []
    assert not repeats(notes(centre, capfd, caplog))


def frames_of() -> list[dict]:
    good = {"act": 9, "iParam": 1, "sParam": "", "epoch": 1, "lastSeq": 0, "agentId": "100"}
    kinds = [
        {"type": "hello"},
        {"type": "heartbeat"},
        *({"type": "action", "act": act} for act in sorted(ACTION_CODES)),
    ]
    fields = [*good, "requestId", "type", "tab", WORD]
    return [good | kind | {field: canary} for kind in kinds for field in fields for canary in CANARIES]


@pytest.mark.parametrize("begun", [None, ringing, talking, wrapping_up], ids=["at rest", "ringing", "talking", "after"])
def test_no_refusal_of_a_frame_repeats_what_was_sent(centre, capfd, caplog, begun):
    page = begun(centre).agent if begun else centre.page("100").signs_in()
    page.frames.clear()
    for number, frame in enumerate(frames_of()):
        assert page.sends_text(json.dumps({"requestId": f"r{number}"} | frame))
        if page.socket not in centre.sockets.pages:
            page.connects()
    refused = [frame for frame in page.frames if frame["type"] in ("Error", "ActionResult") and frame["iParam"] < 0]
    assert len(refused) > 500

    echoed = [frame["tags"].pop(name) for frame in refused for name in ("REQID", "ACT") if name in frame["tags"]]
    assert [frame for frame in refused if repeats(repr(frame))] == []
    # A page knows its request again by its own id and code, when they are such.
    assert {text for text in echoed if repeats(text)} <= {WORD, f"{WORD}\x00", f"13900139000;{WORD}", str(NUMERAL)}
    assert not repeats(notes(centre, capfd, caplog))


SIDS = {"CallSid": "CA" + "1" * 32, "ConferenceSid": "CF" + "1" * 32, "RecordingSid": "RE" + "1" * 32}
NAMES = ["From", "To", "Digits", "CallStatus", "DialCallStatus", "StatusCallbackEvent", "RecordingStatus", *SIDS]


@pytest.mark.parametrize("route", [path for path, _ in ROUTES if "/carriers/" in path])
def test_no_refusal_of_a_webhook_repeats_what_it_said(centre, capfd, caplog, route):
    path = PARAMETER.sub(WORD, route)
    good = SIDS | {"From": CALLER, "To": NUMBER, "CallStatus": "completed"}
    refused = []
    for name in (*NAMES, "RecordingDuration", WORD):
        fields = good | {name: WORD}
        signed = RequestValidator(TOKEN).compute_signature(PUBLIC + path, fields)
        for body, signature in ((urlencode(fields), signed), (urlencode(fields), WORD), (f"{WORD}&{WORD}", WORD)):
            headers = {"Content-Type": FORM, "X-Twilio-Signature": signature}
            answer = centre.asks("POST", path, body.encode(), headers=headers)
            refused += [answer.text] if answer.status >= 400 else []

    assert refused
    assert [text for text in refused if repeats(text)] == []
    assert not repeats(notes(centre, capfd, caplog))
