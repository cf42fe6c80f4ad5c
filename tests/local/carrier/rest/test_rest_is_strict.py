import base64

import pytest
from product_under_call import ACCOUNT, API, CUSTOMER, HOME, HOTLINE, TOKEN, Carrier, settings

from local.carrier.exchange import Exchange
from local.carrier.messages import Request

CALL = {"From": HOTLINE, "To": "client:agent_100", "Url": f"{HOME}/voice"}
PARTY = {"From": HOTLINE, "To": "client:agent_100"}


@pytest.mark.parametrize("user", [(ACCOUNT, "wrong"), ("AC" + "1" * 32, TOKEN)])
def test_without_the_right_token_nothing_is_carried_out(carrier, exchange, user):
    status, refusal = carrier.rest("POST", "Calls.json", user=user, **CALL)
    assert (status, refusal["code"]) == (401, 20003)
    assert exchange.switchboard.calls == {}


def test_an_api_key_signs_requests_too(product):
    carrier = Carrier(Exchange(settings(api_keys={"SK1": "pretend-secret"}), product))
    assert carrier.rest("POST", "Calls.json", user=("SK1", "pretend-secret"), **CALL)[0] == 201
    assert carrier.rest("POST", "Calls.json", user=("SK1", TOKEN), **CALL)[0] == 401


@pytest.mark.parametrize(
    ("change", "code", "complaint"),
    [
        ({"StatusCalback": f"{HOME}/x"}, 20001, "no parameter 'StatusCalback'"),
        ({"To": None}, 21201, "To is required"),
        ({"From": None}, 21213, "From is required"),
        ({"To": "agent 100"}, 21211, "To is no phone"),
        ({"To": "agent_100"}, 21211, "To is no phone"),
        ({"To": "+86"}, 21211, "To is no phone"),
        ({"Url": "voice"}, 21205, "absolute"),
        ({"Url": "http://my_host/voice"}, 21205, "underscores"),
        ({"Url": None}, 21205, "exactly one of Url and Twiml"),
        ({"Twiml": "<Response/>"}, 21205, "exactly one of Url and Twiml"),
        ({"Url": None, "Twiml": "<Response><Shout/></Response>"}, 12100, "not a verb"),
        ({"StatusCallback": "nowhere"}, 21609, "absolute"),
        ({"StatusCallbackEvent": "initiated ringing"}, 21626, "must be one of"),
        ({"StatusCallbackEvent": ["initiated", "ended"]}, 21626, "must be one of"),
        ({"FallbackUrl": "product.test/fallback"}, 11100, "absolute"),
        ({"Url": None, "Twiml": "<Response/>" + " " * 4000}, 12100, "at most 4000"),
        ({"Timeout": "long"}, 21208, "integer"),
        ({"Timeout": "601"}, 21208, "between 1 and 600"),
        ({"TimeLimit": "9" * 5000}, 20001, "integer"),
        ({"Method": "PUT"}, 21209, "GET or POST"),
        ({"SendDigits": "one"}, 21206, "form that is asked for"),
        ({"Record": "yes"}, 20001, "true or false"),
        ({"Url": [f"{HOME}/a", f"{HOME}/b"]}, 20001, "2 times"),
        ({"From": "+8613800000000"}, 21210, "neither a number"),
        ({"From": "boss", "To": "+8613800000000"}, 21212, "must be a phone number"),
    ],
)
def test_a_call_is_refused_for_every_slip_in_its_form(carrier, change, code, complaint):
    fields = {name: value for name, value in (CALL | change).items() if value is not None}
    status, refusal = carrier.rest("POST", "Calls.json", **fields)
    assert (status, refusal["code"], refusal["status"]) == (400, code, 400)
    assert complaint in refusal["message"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Timeout": "4"}, 21208),
        ({"Beep": "loud"}, 20001),
        ({"MaxParticipants": "1"}, 20001),
        ({"Label": "a/b"}, 16024),
        ({"Label": "x" * 129}, 16024),
        ({"Label": "CA" + "0" * 32}, 16024),
        ({"ConferenceStatusCallbackEvent": "join leaf"}, 20001),
        ({"ConferenceRecord": "always"}, 20001),
        ({"Coaching": "true"}, 20001),
        ({"CallSidToCoach": "CA" + "0" * 32}, 20001),
        ({"Url": f"{HOME}/voice"}, 20001),
    ],
)
def test_a_participant_is_refused_for_every_slip_in_its_form(carrier, change, code):
    status, refusal = carrier.rest("POST", "Conferences/call-1/Participants.json", **(PARTY | change))
    assert (status, refusal["code"]) == (400, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "Calls/CA1.json", 404, 20404),
        ("POST", "Calls/CA1.json", 404, 20404),
        ("GET", "Telegrams.json", 404, 20404),
        ("PUT", "Calls.json", 405, 20004),
        ("POST", "Conferences/CF1/Recordings.json", 405, 20004),
        ("POST", f"Conferences/CF{'0' * 32}/Participants.json", 404, 20404),
        ("GET", "Conferences/CF1/Participants/x.json", 404, 20404),
        ("GET", "Recordings/RE1.wav", 404, 20404),
    ],
)
def test_what_is_not_there_is_not_found(carrier, method, path, status, code):
    fields = PARTY if path.endswith("Participants.json") else {}
    answered, refusal = carrier.rest(method, path, **fields)
    assert (answered, refusal["code"]) == (status, code)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"MachineDetection": "Enable"}, "MachineDetection"),
        ({"Trim": "trim-silence"}, "Trim=trim-silence"),
        ({"RecordingChannels": "dual"}, "RecordingChannels=dual"),
        ({"Url": "https://name:secret@product.test/voice"}, "a name and a password in an address"),
        ({"Url": None, "Twiml": "<Response><Enqueue>sales</Enqueue></Response>"}, "<Enqueue>"),
    ],
)
def test_what_twilio_does_and_the_laptop_does_not_is_told_apart_from_a_slip(carrier, exchange, change, what):
    fields = {name: value for name, value in (CALL | change).items() if value is not None}
    status, refusal = carrier.rest("POST", "Calls.json", **fields)
    assert (status, refusal["code"], refusal["more_info"]) == (501, 501, "docs/laptop.md")
    assert refusal["message"] == f"{what} is right for Twilio, but the emulated carrier does not do it"
    assert [error.code for error in exchange.errors] == [501]


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("Messages.json", "the resource Messages"),
        ("IncomingPhoneNumbers/PN1.json", "the resource IncomingPhoneNumbers"),
        (f"Calls/CA{'0' * 32}/Events.json", "the resource Calls/Events"),
        (f"Recordings/RE{'0' * 32}/Transcriptions.json", "the resource Recordings/Transcriptions"),
        ("Calls", "another form than JSON"),
        ("Calls.csv", "another form than JSON"),
        (f"Recordings/RE{'0' * 32}.mp3", "a recording as MP3"),
    ],
)
def test_a_resource_of_twilios_that_the_laptop_has_not_is_told_by_its_name(carrier, path, what):
    status, refusal = carrier.rest("GET", path)
    assert (status, refusal["code"]) == (501, 501)
    assert what in refusal["message"]


@pytest.mark.parametrize("address", [f"{API}.json", "https://carrier.test/2010-04-01/Accounts.json"])
def test_accounts_themselves_are_not_emulated(exchange, address):
    basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert exchange.rest(Request("GET", address, {"Authorization": f"Basic {basic}"})).status == 501


def test_an_application_cannot_be_called_yet(carrier):
    status, refusal = carrier.rest("POST", "Conferences/a/Participants.json", From=HOTLINE, To=f"app:AP{'0' * 32}")
    assert (status, refusal["message"].startswith("a TwiML application")) == (501, True)


def test_parameters_in_the_query_of_a_post_are_refused(carrier):
    status, refusal = carrier.rest("POST", "Calls.json?To=client:a", **CALL)
    assert (status, refusal["code"]) == (400, 20001)


def test_a_body_that_is_no_form_is_refused(exchange, carrier):
    basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
    answer = exchange.rest(Request("POST", f"{API}/Calls.json", headers, b"{}"))
    assert answer.status == 400


def test_another_accounts_resources_are_not_found(exchange):
    basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    other = API.replace(ACCOUNT, "AC" + "1" * 32)
    assert exchange.rest(Request("GET", f"{other}/Calls.json", {"Authorization": f"Basic {basic}"})).status == 404


def test_who_hears_of_the_end_can_be_changed_during_the_call(carrier, exchange, product):
    product.pages = {"/voice": '<Say>Hi</Say><Pause length="60"/>'}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("Hi")
    carrier.rest("POST", f"Calls/{call.sid}.json", StatusCallback=f"{HOME}/callbacks/status")
    call.hang_up()
    exchange.run_until_idle()
    assert (product.statuses(), product.sent("/callbacks/number")) == (["completed"], [])


def test_a_call_tells_its_progress_in_order(carrier, exchange, product):
    product.pages = {"/voice": "<Say>Good morning</Say>"}
    device = exchange.device("client:agent_100")
    events = ["initiated", "ringing", "answered", "completed"]
    fields = CALL | {"StatusCallback": f"{HOME}/callbacks/status", "StatusCallbackEvent": events}
    status, resource = carrier.rest("POST", "Calls.json", **fields)
    assert (status, resource["status"], resource["direction"]) == (201, "queued", "outbound-api")
    assert product.received == []
    leg = device.answer()
    leg.hears("Good morning")
    leg.ends()
    exchange.run_until_idle()
    assert product.statuses() == ["initiated", "ringing", "in-progress", "completed"]
    assert [sent["SequenceNumber"] for sent in product.sent("/callbacks/status")] == ["0", "1", "2", "3"]
    assert all(item.genuine for item in product.received)


def test_by_default_only_the_end_is_told(carrier, exchange, product):
    exchange.device("client:agent_100", "busy")
    carrier.rest("POST", "Calls.json", **CALL, StatusCallback=f"{HOME}/callbacks/status")
    exchange.run_until_idle()
    assert product.statuses() == ["busy"]


@pytest.mark.parametrize(
    ("to", "mode", "ending", "seconds"),
    [
        ("client:agent_100", "busy", "busy", 0.2),
        ("client:agent_100", "never", "no-answer", 25.2),
        ("client:nobody", None, "no-answer", 0.2),
        ("sip:agent@pbx.test", None, "failed", 0.2),
        ("+8613800000486", None, "busy", 0.2),
        ("+8613800000408", None, "no-answer", 25.2),
        ("+8613800000404", None, "failed", 0.2),
    ],
)
def test_every_kind_of_phone_fails_in_its_own_way(carrier, exchange, product, to, mode, ending, seconds):
    if mode:
        exchange.device(to, mode)
    _, resource = carrier.rest("POST", "Calls.json", **(CALL | {"To": to, "Timeout": "20"}))
    call = exchange.call(resource["sid"])
    exchange.run_until_idle()
    assert call.status == ending
    assert call.ended_at - call.created_at == pytest.approx(seconds)


def test_a_phone_number_that_nobody_registered_answers(carrier, exchange, product):
    product.pages = {"/voice": "<Say>Good morning</Say>"}
    _, resource = carrier.rest("POST", "Calls.json", **(CALL | {"To": "+8613800138000"}))
    exchange.handle(exchange.call(resource["sid"])).hears("Good morning")


def test_a_ringing_call_that_is_ended_was_cancelled(carrier, exchange):
    exchange.device("client:agent_100")
    _, resource = carrier.rest("POST", "Calls.json", **CALL)
    exchange.advance(1)
    status, resource = carrier.rest("POST", f"Calls/{resource['sid']}.json", Status="completed")
    assert (status, resource["status"]) == (200, "canceled")


def test_cancelling_does_not_touch_a_call_in_progress(carrier, exchange, product):
    product.pages = {"/voice": '<Say>Hi</Say><Pause length="60"/>'}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("Hi")
    status, resource = carrier.rest("POST", f"Calls/{call.sid}.json", Status="canceled")
    assert (status, resource["status"]) == (200, "in-progress")


@pytest.mark.parametrize("wish", [{"Status": "completed"}, {"Url": f"{HOME}/voice"}, {"Twiml": "<Response/>"}])
def test_an_ended_call_cannot_be_changed(carrier, exchange, product, wish):
    product.pages = {"/voice": "<Hangup/>"}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.ends()
    status, refusal = carrier.rest("POST", f"Calls/{call.sid}.json", **wish)
    assert (status, refusal["code"]) == (400, 21220)


def test_wishes_that_exclude_each_other_are_refused(carrier, exchange, product):
    product.pages = {"/voice": '<Say>Hi</Say><Pause length="60"/>'}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("Hi")
    status, _ = carrier.rest("POST", f"Calls/{call.sid}.json", Status="completed", Twiml="<Response/>")
    assert status == 400


def test_the_customers_number_may_be_shown_with_the_calls_own_token(carrier, exchange, product):
    exchange.number(HOTLINE, f"{HOME}/voice")
    product.pages = {"/voice": '<Say>Hi</Say><Pause length="60"/>'}
    exchange.dial("+8613911112222", HOTLINE).hears("Hi")
    fields = CALL | {"From": "+8613911112222"}
    assert carrier.rest("POST", "Calls.json", **fields)[0] == 400
    token = product.sent("/voice")[0]["CallToken"]
    assert carrier.rest("POST", "Calls.json", **fields, CallToken=token)[0] == 201


def test_calls_are_found_by_their_status(carrier, exchange, product):
    product.pages = {"/voice": '<Say>Hi</Say><Pause length="60"/>'}
    first = exchange.dial(CUSTOMER, HOTLINE)
    second = exchange.dial("83366858", HOTLINE)
    second.hears("Hi")
    first.hang_up()
    _, page = carrier.rest("GET", "Calls.json", Status="in-progress")
    assert [item["sid"] for item in page["calls"]] == [second.sid]
    assert carrier.rest("GET", f"Calls/{first.sid}.json")[1]["status"] == "completed"


def test_calls_above_the_accounts_rate_wait_their_turn(product):
    exchange = Exchange(settings(outbound_per_second=1.0), product)
    carrier = Carrier(exchange)
    exchange.device("client:agent_100")
    for _ in range(3):
        carrier.rest("POST", "Calls.json", **CALL)
    exchange.advance(1.5)
    assert [call.status for call in exchange.switchboard.calls.values()] == ["ringing", "ringing", "queued"]


def test_calls_above_the_accounts_limit_are_refused(product):
    exchange = Exchange(settings(concurrent_calls=2), product)
    carrier = Carrier(exchange)
    answers = [carrier.rest("POST", "Calls.json", **CALL) for _ in range(3)]
    assert [status for status, _ in answers] == [201, 201, 429]
    assert answers[2][1]["code"] == 10004


def test_the_log_keeps_no_secret_and_nothing_that_a_caller_keyed_in(carrier, exchange, product):
    product.pages = {"/voice": '<Gather action="/pin" numDigits="4"><Say>PIN</Say></Gather>', "/pin": "<Hangup/>"}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("PIN")
    call.presses("8642")
    carrier.rest("POST", "Calls.json", **(CALL | {"CallToken": "secret-token"}))
    told = "\n".join(f"{entry} {entry.fields}" for entry in exchange.log)
    assert "8642" not in told
    assert "secret-token" not in told
    assert TOKEN not in told
    assert "/pin" in told


def test_a_slip_is_shown_as_an_error_but_a_lost_race_is_not(carrier, exchange, product):
    product.pages = {"/voice": "<Hangup/>"}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.ends()
    carrier.rest("POST", f"Calls/{call.sid}.json", Status="completed")
    carrier.rest("GET", "Conferences/CF1.json")
    assert exchange.errors == []
    carrier.rest("POST", "Calls.json", **CALL, Colour="red")
    assert [error.code for error in exchange.errors] == [20001]
