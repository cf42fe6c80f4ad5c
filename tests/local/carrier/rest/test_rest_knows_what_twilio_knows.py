"""The table of fields, the resources and their names are Twilio's: its own library is the judge, field by field."""

import inspect
from pathlib import Path

import pytest
from product_under_call import ACCOUNT, CUSTOMER, HOTLINE, TOKEN, room
from twilio.base.values import unset
from twilio.http import HttpClient
from twilio.rest import Client
from twilio.rest.api.v2010 import account

from local.carrier.rest.forms import table
from local.carrier.rest.resources import BELOW_A_CALL, BELOW_A_RECORDING
from local.carrier.rest.service import ELSEWHERE, EMULATED

CALL, CONFERENCE, RECORDING = "CA" + "0" * 32, "CF" + "0" * 32, "RE" + "0" * 32
OPERATIONS = {
    "GET Calls": lambda api: api.calls.page,
    "POST Calls": lambda api: api.calls.create,
    "POST Calls/{call}": lambda api: api.calls(CALL).update,
    "GET Calls/{call}/Recordings": lambda api: api.calls(CALL).recordings.page,
    "POST Calls/{call}/Recordings": lambda api: api.calls(CALL).recordings.create,
    "POST Calls/{call}/Recordings/{recording}": lambda api: api.calls(CALL).recordings(RECORDING).update,
    "GET Conferences": lambda api: api.conferences.page,
    "POST Conferences/{conference}": lambda api: api.conferences(CONFERENCE).update,
    "GET Conferences/{conference}/Participants": lambda api: api.conferences(CONFERENCE).participants.page,
    "POST Conferences/{conference}/Participants": lambda api: api.conferences(CONFERENCE).participants.create,
    "POST Conferences/{conference}/Participants/{participant}": (
        lambda api: api.conferences(CONFERENCE).participants(CALL).update
    ),
    "GET Conferences/{conference}/Recordings": lambda api: api.conferences(CONFERENCE).recordings.page,
    "POST Conferences/{conference}/Recordings/{recording}": (
        lambda api: api.conferences(CONFERENCE).recordings(RECORDING).update
    ),
    "GET Recordings": lambda api: api.recordings.page,
    "GET Recordings/{recording}": lambda api: api.recordings(RECORDING).fetch,
}
NOT_THE_LIBRARYS = {"GET Recordings/{recording}.wav"}
BESIDE_LISTS = {"NewKey", "NewSigningKey", "ValidationRequest"}
"""Where the library gives the creation a name of its own."""


class Sent(Exception):
    """What the library was about to send."""


class Nowhere(HttpClient):
    def __init__(self):
        super().__init__(logger=None, is_async=False, timeout=None)

    def request(self, method, url, params=None, data=None, **_options):
        raise Sent({name for name, value in (params or data).items() if value is not unset})


@pytest.mark.parametrize("operation", sorted(table().keys() - NOT_THE_LIBRARYS))
def test_every_field_that_the_official_client_can_send_is_known_and_no_other(operation):
    action = OPERATIONS[operation](Client(ACCOUNT, TOKEN, http_client=Nowhere()))
    every_one = dict.fromkeys(inspect.signature(action).parameters, "1")
    with pytest.raises(Sent) as sent:
        action(**every_one)
    assert set(table()[operation]) == sent.value.args[0]


def test_every_resource_of_an_account_is_known_by_name():
    folder = Path(account.__file__).parent
    named = {found.stem for found in folder.iterdir() if not found.stem.startswith("_")}
    known = {_module(name) for name in EMULATED | ELSEWHERE}
    assert named - known == {_module(name) for name in BESIDE_LISTS} | {"available_phone_number_country", "short_code"}
    assert known - named == {"available_phone_number", "sms"}


@pytest.mark.parametrize(("folder", "below"), [("call", BELOW_A_CALL), ("recording", BELOW_A_RECORDING)])
def test_everything_below_a_resource_is_known_by_name(folder, below):
    found = (Path(account.__file__).parent / folder).iterdir()
    named = {item.stem for item in found if not item.stem.startswith("_")}
    assert {_module(name) for name in below} == named


def _module(name):
    """How the library calls the file for a resource: "Recordings" is in recording.py."""
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).removeprefix("_")
    odd = {"addresses": "address", "s_i_p": "sip", "s_m_s": "sms", "usage": "usage", "balance": "balance"}
    return odd.get(snake) or snake.removesuffix("s")


TEXT, MAYBE, YES_OR_NO, NUMBER, NOTHING = (str,), (str, type(None)), (bool,), (int,), (type(None),)
COMMON = {
    "account_sid": TEXT,
    "date_created": TEXT,
    "date_updated": TEXT,
    "api_version": TEXT,
    "uri": TEXT,
}
CALL_FIELDS = {
    **COMMON,
    **dict.fromkeys(("sid", "from", "from_formatted", "to", "to_formatted", "status", "direction"), TEXT),
    **dict.fromkeys(("queue_time", "price_unit"), TEXT),
    **dict.fromkeys(("parent_call_sid", "phone_number_sid", "start_time", "end_time", "duration"), MAYBE),
    **dict.fromkeys(("caller_name", "forwarded_from", "stir_verstat"), MAYBE),
    **dict.fromkeys(("price", "answered_by", "group_sid", "trunk_sid", "annotation"), NOTHING),
    "subresource_uris": (dict,),
}
CONFERENCE_FIELDS = {
    **COMMON,
    **dict.fromkeys(("sid", "friendly_name", "region", "status"), TEXT),
    **dict.fromkeys(("reason_conference_ended", "call_sid_ending_conference"), MAYBE),
    "subresource_uris": (dict,),
}
PARTICIPANT_FIELDS = {
    **{name: kind for name, kind in COMMON.items() if name != "api_version"},
    **dict.fromkeys(("call_sid", "conference_sid", "status"), TEXT),
    **dict.fromkeys(("label", "call_sid_to_coach", "queue_time"), MAYBE),
    **dict.fromkeys(("muted", "hold", "coaching", "start_conference_on_enter", "end_conference_on_exit"), YES_OR_NO),
}
CONFERENCE_RECORDING_FIELDS = {
    **COMMON,
    **dict.fromkeys(("sid", "status", "source", "duration", "start_time", "price_unit"), TEXT),
    **dict.fromkeys(("call_sid", "conference_sid"), MAYBE),
    **dict.fromkeys(("error_code", "encryption_details", "price"), NOTHING),
    "channels": NUMBER,
}
CALL_RECORDING_FIELDS = {**CONFERENCE_RECORDING_FIELDS, "track": TEXT}
RECORDING_FIELDS = {**CONFERENCE_RECORDING_FIELDS, "media_url": TEXT, "subresource_uris": (dict,)}


@pytest.fixture
def paths(exchange, carrier, product):
    """A call, a conference, a party and recordings of all kinds, by their paths."""
    product.pages = {"/voice": room(attributes='participantLabel="customer" record="record-from-start"')}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    device = exchange.device("client:agent_100")
    _, seat = carrier.add("call-1", device.address, Label="offer-1")
    device.answer()
    _, recording = carrier.rest("POST", f"Calls/{customer.sid}/Recordings.json")
    conference = f"Conferences/{seat['conference_sid']}"
    (of_conference,) = carrier.rest("GET", f"{conference}/Recordings.json")[1]["recordings"]
    return {
        "inbound call": f"Calls/{customer.sid}",
        "outbound call": f"Calls/{seat['call_sid']}",
        "conference": conference,
        "participant": f"{conference}/Participants/customer",
        "recording": f"Recordings/{recording['sid']}",
        "call recording": f"Calls/{customer.sid}/Recordings/{recording['sid']}",
        "conference recording": f"{conference}/Recordings/{of_conference['sid']}",
    }


@pytest.mark.parametrize(
    ("name", "fields", "official"),
    [
        ("inbound call", CALL_FIELDS, account.call.CallInstance),
        ("outbound call", CALL_FIELDS, account.call.CallInstance),
        ("conference", CONFERENCE_FIELDS, account.conference.ConferenceInstance),
        ("participant", PARTICIPANT_FIELDS, account.conference.participant.ParticipantInstance),
        ("recording", RECORDING_FIELDS, account.recording.RecordingInstance),
        ("call recording", CALL_RECORDING_FIELDS, account.call.recording.RecordingInstance),
        ("conference recording", CONFERENCE_RECORDING_FIELDS, account.conference.recording.RecordingInstance),
    ],
)
def test_a_resource_has_every_field_that_the_official_client_reads_and_of_its_type(
    carrier, paths, name, fields, official
):
    status, resource = carrier.rest("GET", f"{paths[name]}.json")
    assert status == 200
    assert resource["uri"].endswith(f"{paths[name]}.json") or name == "participant"
    assert {field: type(value) for field, value in resource.items() if type(value) not in fields.get(field, ())} == {}
    assert resource.keys() == fields.keys()
    read = {field.removesuffix("_") for field in vars(official(None, resource, *_ids(official)))}
    assert {field for field in read if not field.startswith("_")} <= resource.keys()


def _ids(official):
    return ["x" for name in inspect.signature(official.__init__).parameters if name in _PATH_IDS]


_PATH_IDS = {"account_sid", "conference_sid", "call_sid"}
