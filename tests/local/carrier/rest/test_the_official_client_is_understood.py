"""The carrier's own Python library is the judge: what it sends is accepted, what it reads it can read."""

import pytest
from official import official_client
from product_under_call import CUSTOMER, HOME, HOTLINE, room
from twilio.base.exceptions import TwilioRestException

AGENT = "client:agent_100"
EVENTS = ["start", "end", "join", "leave", "mute", "hold", "modify"]


@pytest.fixture
def client(exchange):
    return official_client(exchange)


def test_a_participant_is_added_held_muted_and_removed(exchange, client, product):
    product.pages = {"/voice": room(), "/hold": "<Play>/cello.mp3</Play>"}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    agent = exchange.device(AGENT)
    seat = client.conferences("call-1").participants.create(
        from_=HOTLINE,
        to=AGENT,
        label="offer-1",
        timeout=20,
        early_media=True,
        beep="false",
        muted=False,
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        status_callback=f"{HOME}/callbacks/status",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        conference_status_callback=f"{HOME}/callbacks/room",
        conference_status_callback_event=EVENTS,
        conference_record="record-from-start",
        conference_recording_status_callback=f"{HOME}/callbacks/recording",
        conference_recording_status_callback_event=["in-progress", "completed", "absent"],
    )
    agent.answer()
    party = client.conferences(seat.conference_sid).participants("customer")
    assert party.update(hold=True, hold_url=f"{HOME}/hold", hold_method="POST").hold is True
    customer.hears("cello")
    assert party.update(hold=False, muted=True).muted is True
    assert [item.label for item in client.conferences(seat.conference_sid).participants.list()] == [
        "offer-1",
        "customer",
    ]
    assert client.conferences(seat.conference_sid).participants("offer-1").delete() is True
    (found,) = client.conferences.list(friendly_name="call-1", status="in-progress")
    assert found.sid == seat.conference_sid
    assert client.conferences(found.sid).update(status="completed").status == "completed"


def test_a_call_is_made_recorded_redirected_and_ended(exchange, client, product):
    product.pages = {"/voice": '<Pause length="60"/>', "/else": "<Say>Elsewhere</Say><Pause/>"}
    device = exchange.device(AGENT)
    call = client.calls.create(
        to=AGENT,
        from_=HOTLINE,
        url=f"{HOME}/voice",
        timeout=20,
        send_digits="1w2#",
        time_limit=600,
        record=True,
        recording_status_callback=f"{HOME}/callbacks/recording",
    )
    leg = device.answer()
    recording = client.calls(call.sid).recordings.create(recording_channels="mono")
    paused = client.calls(call.sid).recordings(recording.sid).update(status="paused", pause_behavior="skip")
    assert paused.status == "paused"
    exchange.advance(4)
    client.calls(call.sid).update(url=f"{HOME}/else", method="POST")
    leg.hears("Elsewhere")
    assert client.calls(call.sid).update(status="completed").status == "completed"
    exchange.run_until_idle()
    assert [item.status for item in client.calls(call.sid).recordings.list()] == ["absent", "completed"]
    assert client.recordings(recording.sid).delete() is True
    assert product.sent("/callbacks/recording")[0]["RecordingDuration"] == "4"


def test_a_refusal_reaches_the_product_as_the_librarys_exception(client):
    with pytest.raises(TwilioRestException) as refusal:
        client.calls("CA" + "0" * 32).update(status="completed")
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_a_time_limit_ends_the_call(exchange, client, product):
    product.pages = {"/voice": '<Pause length="60"/>'}
    exchange.device(AGENT, "auto")
    call = client.calls.create(to=AGENT, from_=HOTLINE, url=f"{HOME}/voice", time_limit=10)
    exchange.run_until_idle()
    assert client.calls(call.sid).fetch().duration == "10"


def test_what_concerns_a_party_can_be_modified(exchange, client, product):
    product.pages = {"/voice": room(), "/music": "<Say>Soon</Say>"}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    (found,) = client.conferences.list(friendly_name="call-1")
    client.conferences(found.sid).participants("customer").update(beep_on_exit=False, wait_url=f"{HOME}/music")
    customer.hears("Soon")
    exchange.advance(0)
    assert product.events()[-1] == "participant-modify"
