import io
import wave

import pytest
from product_under_call import CUSTOMER, HOME, HOTLINE, room

AGENT = "client:agent_100"
CALLBACK = {
    "RecordingStatusCallback": f"{HOME}/callbacks/recording",
    "RecordingStatusCallbackEvent": ["in-progress", "completed", "absent"],
}
WHOLE = {
    "ConferenceRecord": "record-from-start",
    "ConferenceRecordingStatusCallback": f"{HOME}/callbacks/recording",
    "ConferenceRecordingStatusCallbackEvent": "in-progress completed absent",
}


@pytest.fixture
def call(exchange, product):
    product.pages = {"/voice": '<Say>Hi</Say><Pause length="600"/>'}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("Hi")
    return call


def told(product):
    return [(item["RecordingStatus"], item.get("RecordingDuration")) for item in product.sent("/callbacks/recording")]


def test_a_recording_lasts_as_long_as_it_ran_and_can_be_fetched(exchange, carrier, product, call):
    status, recording = carrier.rest("POST", f"Calls/{call.sid}/Recordings.json", **CALLBACK)
    assert (status, recording["status"], recording["source"]) == (201, "in-progress", "StartCallRecordingAPI")
    exchange.advance(12)
    assert carrier.rest("GET", f"Recordings/{recording['sid']}.wav")[0] == 404
    call.hang_up()
    exchange.run_until_idle()
    assert told(product) == [("in-progress", None), ("completed", "12")]
    sent = product.sent("/callbacks/recording")[-1]
    assert sent["RecordingUrl"].endswith(f"/Recordings/{recording['sid']}")
    assert (sent["CallSid"], sent["RecordingChannels"], sent["ErrorCode"]) == (call.sid, "1", "0")
    status, content = carrier.rest("GET", f"Recordings/{recording['sid']}.wav")
    with wave.open(io.BytesIO(content)) as sound:
        assert (status, sound.getframerate(), sound.getnframes()) == (200, 8000, 12 * 8000)


@pytest.mark.parametrize(("behaviour", "seconds"), [({"PauseBehavior": "skip"}, "6"), ({}, "10")])
def test_a_pause_is_left_out_or_silent(exchange, carrier, product, call, behaviour, seconds):
    carrier.rest("POST", f"Calls/{call.sid}/Recordings.json", **CALLBACK)
    current = f"Calls/{call.sid}/Recordings/Twilio.CURRENT.json"
    exchange.advance(3)
    assert carrier.rest("POST", current, Status="paused", **behaviour)[1]["status"] == "paused"
    exchange.advance(4)
    assert carrier.rest("POST", current, Status="in-progress")[1]["status"] == "in-progress"
    exchange.advance(3)
    carrier.rest("POST", current, Status="stopped")
    exchange.advance(2)
    assert told(product)[-1] == ("completed", seconds)
    assert carrier.rest("POST", current, Status="paused")[0] == 404


def test_a_conference_is_recorded_from_its_start_to_its_end(exchange, carrier, product):
    product.pages = {"/voice": '<Say>Hi</Say><Pause length="600"/>', "/join": room()}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    exchange.device(AGENT, "auto")
    _, seat = carrier.add("call-1", AGENT, **WHOLE)
    exchange.advance(5)
    assert told(product) == []
    carrier.rest("POST", f"Calls/{customer.sid}.json", Url=f"{HOME}/join")
    exchange.advance(30)
    customer.hang_up()
    exchange.device(AGENT).hang_up()
    exchange.run_until_idle()
    assert told(product) == [("in-progress", None), ("completed", "30")]
    sent = product.sent("/callbacks/recording")[-1]
    assert (sent["ConferenceSid"], sent["RecordingSource"]) == (seat["conference_sid"], "Conference")
    page = carrier.rest("GET", f"Conferences/{seat['conference_sid']}/Recordings.json")[1]
    assert [item["status"] for item in page["recordings"]] == ["completed"]


def test_a_leg_that_never_answered_has_an_absent_recording(exchange, carrier, product):
    exchange.device(AGENT, "busy")
    carrier.add("call-1", AGENT, Record="true", **CALLBACK)
    exchange.run_until_idle()
    assert told(product) == [("absent", "-1")]


def test_a_recording_of_no_length_is_absent(exchange, carrier, product, call):
    carrier.rest("POST", f"Calls/{call.sid}/Recordings.json", **CALLBACK)
    call.hang_up()
    exchange.run_until_idle()
    assert told(product)[-1] == ("absent", "-1")


def test_absence_is_told_only_to_who_asked_for_it(exchange, carrier, product, call):
    carrier.rest("POST", f"Calls/{call.sid}/Recordings.json", RecordingStatusCallback=f"{HOME}/callbacks/recording")
    call.hang_up()
    exchange.run_until_idle()
    assert told(product) == []


def test_a_call_that_is_over_cannot_be_recorded(carrier, call):
    call.hang_up()
    status, refusal = carrier.rest("POST", f"Calls/{call.sid}/Recordings.json")
    assert (status, refusal["code"]) == (400, 21220)


def test_a_deleted_recording_is_gone(exchange, carrier, call):
    _, recording = carrier.rest("POST", f"Calls/{call.sid}/Recordings.json")
    assert carrier.rest("DELETE", f"Recordings/{recording['sid']}.json")[0] == 409
    exchange.advance(3)
    call.hang_up()
    exchange.run_until_idle()
    assert carrier.rest("DELETE", f"Recordings/{recording['sid']}.json")[0] == 204
    assert carrier.rest("GET", f"Recordings/{recording['sid']}.wav")[0] == 404


def test_pause_behaviour_belongs_to_a_pause(carrier, call):
    carrier.rest("POST", f"Calls/{call.sid}/Recordings.json")
    path = f"Calls/{call.sid}/Recordings/Twilio.CURRENT.json"
    assert carrier.rest("POST", path, Status="stopped", PauseBehavior="skip")[0] == 400
