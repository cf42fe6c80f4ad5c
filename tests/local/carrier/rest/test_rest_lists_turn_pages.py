"""Twilio's own library turns the pages: it sees everything once, whatever happens in between."""

import pytest
from official import official_client
from product_under_call import ACCOUNT, CUSTOMER, HOME, HOTLINE, room

CALLS = 7
LIST = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"


@pytest.fixture
def client(exchange):
    return official_client(exchange)


@pytest.fixture
def calls(exchange, product):
    """Seven calls that are over, the newest first."""
    product.pages = {"/voice": "<Hangup/>"}
    made = [exchange.dial(CUSTOMER, HOTLINE) for _ in range(CALLS)]
    exchange.run_until_idle()
    return [call.sid for call in reversed(made)]


def test_the_official_client_sees_every_call_once_however_long_a_page_is(client, calls):
    for size in (1, 2, 3, 7, 50):
        assert [call.sid for call in client.calls.list(page_size=size)] == calls
    assert [call.sid for call in client.calls.list(limit=4, page_size=3)] == calls[:4]


def test_pages_are_turned_forth_and_back(client, calls):
    first = client.calls.page(page_size=3)
    second = first.next_page()
    third = second.next_page()
    assert [[call.sid for call in page] for page in (first, second, third)] == [calls[:3], calls[3:6], calls[6:]]
    assert third.next_page() is None
    assert [call.sid for call in client.calls.get_page(third.previous_page_url)] == calls[3:6]
    assert [call.sid for call in client.calls.get_page(second.previous_page_url)] == calls[:3]


def test_a_page_names_its_neighbours_as_twilio_does(carrier, calls):
    _, page = carrier.rest("GET", "Calls.json", Status="completed", PageSize=3)
    own = f"{LIST}?Status=completed&PageSize=3"
    assert page | {"calls": []} == {
        "calls": [],
        "page": 0,
        "page_size": 3,
        "start": 0,
        "end": 2,
        "uri": f"{own}&Page=0",
        "first_page_uri": f"{own}&Page=0",
        "next_page_uri": f"{own}&Page=1&PageToken=PA{calls[2]}",
        "previous_page_uri": None,
    }
    _, page = carrier.rest("GET", "Calls.json", Status="completed", PageSize=3, Page=1, PageToken=f"PA{calls[2]}")
    assert (page["page"], page["start"], page["end"]) == (1, 3, 5)
    assert page["next_page_uri"] == f"{own}&Page=2&PageToken=PA{calls[5]}"
    assert page["previous_page_uri"] == f"{own}&Page=0&PageToken=PB{calls[3]}"


def test_without_a_wish_a_page_has_fifty(exchange, client, carrier, product):
    product.pages = {"/voice": "<Hangup/>"}
    for _ in range(51):
        exchange.dial(CUSTOMER, HOTLINE)
    exchange.run_until_idle()
    _, page = carrier.rest("GET", "Calls.json")
    assert (len(page["calls"]), page["page_size"]) == (50, 50)
    assert len(client.calls.list()) == 51


def test_an_empty_list_has_one_page(carrier):
    _, page = carrier.rest("GET", "Calls.json")
    assert (page["calls"], page["start"], page["end"], page["next_page_uri"]) == ([], 0, 0, None)


def test_what_comes_or_goes_between_two_pages_hides_and_repeats_nothing(exchange, client, calls):
    first = client.calls.page(page_size=3)
    exchange.dial(CUSTOMER, HOTLINE)
    for call in calls[:3]:
        client.calls(call).delete()
    assert [call.sid for call in first.next_page()] == calls[3:6]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"Page": "1"}, 20001),
        ({"Page": "-1"}, 20001),
        ({"PageToken": "PACA" + "f" * 32}, 21481),
        ({"PageToken": "7"}, 21481),
        ({"PageSize": "0"}, 20007),
        ({"PageSize": "1001"}, 20007),
    ],
)
def test_a_page_that_nobody_was_sent_to_is_refused(carrier, calls, wish, code):
    status, refusal = carrier.rest("GET", "Calls.json", **wish)
    assert (status, refusal["code"]) == (400, code)


def test_recordings_parties_and_conferences_turn_pages_too(exchange, client, carrier, product):
    product.pages = {"/voice": room()}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    devices = [exchange.device(f"client:agent_{number}") for number in range(4)]
    for device in devices:
        carrier.add("call-1", device.address)
        leg = device.answer()
        client.calls(leg.sid).recordings.create()
    (conference,) = client.conferences.list(page_size=1)
    parties = client.conferences(conference.sid).participants.list(page_size=2)
    assert [seat.call_sid for seat in parties][-1] == customer.sid
    assert len({seat.call_sid for seat in parties}) == 5
    recordings = client.recordings.list(page_size=3)
    assert len({recording.sid for recording in recordings}) == 4
    assert [item.sid for item in client.calls(leg.sid).recordings.list(page_size=1)] == [recordings[0].sid]
    assert [item.sid for item in client.recordings.list(call_sid=leg.sid)] == [recordings[0].sid]


def test_the_legs_that_a_call_made_are_found_by_it(exchange, client, product):
    product.pages = {"/voice": "<Dial><Client>a</Client></Dial>"}
    device = exchange.device("client:a")
    call = exchange.dial(CUSTOMER, HOTLINE)
    other = device.answer()
    assert [leg.sid for leg in client.calls.list(parent_call_sid=call.sid)] == [other.sid]


def test_a_call_that_is_over_can_be_deleted_and_one_that_lasts_cannot(exchange, carrier, product):
    product.pages = {"/voice": '<Pause length="60"/>'}
    call = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    status, refusal = carrier.rest("DELETE", f"Calls/{call.sid}.json")
    assert (status, refusal["code"]) == (409, 20009)
    call.hang_up()
    assert carrier.rest("DELETE", f"Calls/{call.sid}.json") == (204, b"")
    assert carrier.rest("GET", f"Calls/{call.sid}.json")[0] == 404
    assert carrier.rest("DELETE", f"Calls/{call.sid}.json")[0] == 404
    assert carrier.rest("GET", "Calls.json")[1]["calls"] == []


def test_a_calls_limit_can_be_set_while_it_lasts(exchange, client, product):
    product.pages = {"/voice": '<Say>Hi</Say><Pause length="60"/>'}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("Hi")
    exchange.advance(5)
    client.calls(call.sid).update(time_limit=30)
    client.calls(call.sid).update(time_limit=20)
    assert call.ends() == "completed"
    assert client.calls(call.sid).fetch().duration == "20"


def test_flags_are_read_however_they_are_written(exchange, carrier, product):
    product.pages = {"/voice": room()}
    exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    _, page = carrier.rest("GET", "Conferences.json")
    path = f"Conferences/{page['conferences'][0]['sid']}/Participants"
    assert carrier.rest("POST", f"{path}/customer.json", Muted="True")[1]["muted"] is True
    assert len(carrier.rest("GET", f"{path}.json", Muted="TRUE")[1]["participants"]) == 1
    assert carrier.rest("POST", f"{path}/customer.json", Muted="False")[1]["muted"] is False
    status, refusal = carrier.rest("POST", f"{path}/customer.json", Hold="true", HoldUrl="product.test/hold")
    assert (status, refusal["code"]) == (400, 11100)


def test_the_address_of_a_recording_gives_its_sound(exchange, client, carrier, product):
    product.pages = {"/voice": '<Say>Hi</Say><Pause length="60"/>'}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("Hi")
    fields = {"RecordingStatusCallback": f"{HOME}/callbacks/recording"}
    carrier.rest("POST", f"Calls/{call.sid}/Recordings.json", **fields)
    exchange.advance(5)
    call.hang_up()
    exchange.run_until_idle()
    (sent,) = product.sent("/callbacks/recording")
    address = sent["RecordingUrl"].partition(f"{ACCOUNT}/")[2]
    sounds = [carrier.rest("GET", address + ending)[1] for ending in ("", ".wav")]
    assert sounds[0] == sounds[1]
    assert sounds[0].startswith(b"RIFF")
