"""A configuration is read whole, or refused with everything that is wrong with it."""

import copy
import json
from dataclasses import fields
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.centre.model import CodeMap, Configuration, Device, DeviceKind, Seat
from chalicelib.core.centre.permissions import PERMISSIONS
from chalicelib.core.centre.reading import (
    CentreMistakes,
    read_centre,
    read_configuration,
    schema,
    to_document,
    without_people,
)
from chalicelib.core.centre.sections import SECTIONS
from chalicelib.core.documents.placeholders import fill
from chalicelib.core.documents.shapes import Entry
from chalicelib.core.ground.mistakes import Mistake

CONFIG = Path(__file__).parents[3] / "config"
DEMO = fill(
    yaml.safe_load((CONFIG / "demo.yaml").read_text("utf-8")),
    dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "https://erp.example"),
)


@pytest.fixture
def document():
    return copy.deepcopy(DEMO)


def mistakes_of(document) -> list[str]:
    with pytest.raises(CentreMistakes) as refusal:
        read_configuration(document, 1)
    return [str(mistake) for mistake in refusal.value.mistakes]


def test_the_demo_centre_is_read(document):
    centre = read_configuration(document, 7)
    assert centre.version == 7
    assert centre.numbers["+8675583000000"].flow == "freight-waybill"
    assert centre.agents["100"].id == "100"
    assert centre.seats[1].device == Device(DeviceKind.BROWSER)
    assert centre.seats[2].device == Device(DeviceKind.SIP, "sip:lisi@phones.shunda.example")
    assert centre.seats[3].device == Device(DeviceKind.PHONE, "+8613800138002")
    assert centre.api_keys["business"].secret == "business/api-key"
    assert centre.reasons["meal"].state == 16
    assert "supervise.monitor" in centre.roles["supervisor"].permissions


def test_every_mistake_is_told_at_once_with_its_place(document):
    document["queues"]["vip"]["ring_secs"] = 5
    document["queues"]["service"]["ring_seconds"] = "20"
    document["agents"]["100"]["profile"] = "servise"
    document["agents"]["101"] = {"name": "李四", "seat": 1}
    document["webhooks"]["business"]["secret"] = "hunter2"
    del document["name"]
    assert mistakes_of(document) == [
        "name: is missing",
        "queues.service.ring_seconds: must be a whole number from 5 to 120",
        "queues.vip.ring_secs: unknown field; did you mean 'ring_seconds'?",
        "agents.100.profile: there is no profile 'servise'; did you mean 'service'?",
        "agents.101.profile: is missing",
        "webhooks.business.secret: must be a reference secret:<name> (never the secret itself)",
        "agents.101.seat: is already that of 100",
    ]


PHONE = "must be a number in E.164, such as '+8675583000000'"
MISTAKES = [
    ("name", 5, "must be a text of 1 to 200 characters on one line, not a number (put it in quotes)"),
    ("name", "", "must be a text of 1 to 200 characters on one line"),
    ("name", "two\nlines", "must be a text of 1 to 200 characters on one line"),
    ("time_zone", "Asia/Shangai", "is not a time zone of the IANA list (Asia/Shanghai, Europe/Berlin, UTC)"),
    ("time_zone", "../../etc/passwd", "must be a time zone such as Asia/Shanghai"),
    ("time_zone", "/etc/passwd", "is not a time zone of the IANA list (Asia/Shanghai, Europe/Berlin, UTC)"),
    ("languages", [], "must have at least 1 item"),
    ("languages", "zh-CN", "must be a list, not a text"),
    ("queues", ["service"], "must be a mapping of names to values, not a list"),
    ("dial_plan.region", "China", "must be a country of ISO 3166 such as CN"),
    ("dial_plan.area_code", 755, "must be an area code such as '0755', or '', not a number (put it in quotes)"),
    ("dial_plan.caller_id", "075583000000", PHONE),
    ("numbers.+8675583000000.carrier", "Twilio!", "must be a name of a-z, 0-9, - and _"),
    ("numbers.+8675583000000.language", "fr-FR", "there is no language 'fr-FR'"),
    ("queues.service.wrap_up", 3601, "must be a whole number from 0 to 3600"),
    ("queues.service.wrap_up", True, "must be a whole number from 0 to 3600"),
    ("queues.service.record", "yes", "must be true or false, not a text"),
    ("queues.service.music", "hold.mp3", "must be media:<name> or https://..."),
    ("profiles.service.queues", {"service": 0}, None),
    ("profiles.service.after_sign_in", "redy", "must be one of paused, ready; did you mean 'ready'?"),
    ("agents.100.seat", 4, "there is no seat '4'"),
    ("agents.100.seat", "1", "must be the name of a seat, not a text"),
    ("agents.100.roles", [], "must have at least 1 item"),
    ("agents.100.groups", "front-desk", "must be a list, not a text"),
    ("agents.100.password", "open", "must be a reference secret:<name> (never the secret itself)"),
    ("agents.100.password", "secret:Open", "must be a reference secret:<name> (never the secret itself)"),
    ("seats.1.device", "skype", None),
    ("seats.2.device", "sip:nobody", None),
    ("seats.3.device", "13800138002", None),
    ("reasons.meal.state", 5, "must be one of 7, 8, 9, 10, 16"),
    ("reasons.meal.title", {}, "must have at least 1 entry"),
    ("reasons.meal.code", 1, "is already that of short-break"),
    ("screen_pops.work-order.event", "Rings", "must be one of Ring, Talk, Hangup, WrapUp; did you mean 'Ring'?"),
    ("screen_pops.work-order.url", "https://{CALLERID}.evil.example/", None),
    ("screen_pops.work-order.url", "https://crm.example/{CALLER ID}", None),
    ("screen_pops.work-order.url", "javascript:alert(1)", "must be an https:// address of a page"),
    ("screen_pops.work-order.queue", "vipp", "there is no queue 'vipp'; did you mean 'vip'?"),
    ("webhooks.business.url", "http://crm.example/", "must begin with https:// (plain http is for inner hosts only)"),
    ("webhooks.business.url", "https://me:pass@crm.example/", "must not hold a user or a password"),
    ("webhooks.business.url", "https://crm.example:0/", "must name a host, and a port above 0 if any"),
    ("webhooks.business.url", "https://crm.example:99999/", "is not an address that can be read"),
    ("webhooks.business.url", "https://crm.example/#top", "must be an https:// address without a fragment"),
    ("webhooks.business.url", "https:///hooks", "must name a host, and a port above 0 if any"),
    ("codes", {"actions": {7: "hold"}}, None),
]


def put(document, place, value):
    *way, last = place.split(".")
    for step in way:
        document = document[step]
    document[last] = value


@pytest.mark.parametrize(("place", "value", "message"), MISTAKES)
def test_a_mistake_is_told_at_its_place(document, place, value, message):
    put(document, place, value)
    told = mistakes_of(document)
    assert any(mistake.startswith(place) for mistake in told)
    if message:
        assert f"{place}: {message}" in told


def test_unknown_permissions_and_roles_are_told(document):
    document["roles"]["agent"]["permissions"] = ["calls.handel", "calls.make", "calls.make"]
    document["api_keys"]["business"]["grants"] = ["boss"]
    assert mistakes_of(document) == [
        "roles.agent.permissions[2]: is already in this list",
        f"roles.agent.permissions[0]: must be one of {', '.join(PERMISSIONS)}; did you mean 'calls.handle'?",
        "api_keys.business.grants[0]: there is no role 'boss'",
    ]


def test_a_user_name_belongs_to_one_agent_and_is_nobody_elses_id(document):
    document["agents"]["101"]["user_names"] = ["zhangsan", "102", "101"]
    assert mistakes_of(document) == [
        "agents.101.user_names[0]: is already that of 100",
        "agents.101.user_names[1]: is already that of 102",
    ]


def test_the_usual_role_must_be_declared_when_agents_are_given_none(document):
    del document["roles"]["agent"]
    document["agents"] = {"100": document["agents"]["100"]}
    document["api_keys"] = {}
    assert mistakes_of(document) == ["agents.100.roles[0]: there is no role 'agent'"]


def test_an_action_may_be_renumbered_but_public_pages_still_place_calls_with_7(document):
    document["codes"] = {"actions": {"7": "hold", "70": "call"}, "states": {"107": "paused"}}
    assert mistakes_of(document) == ["codes.actions.7: must stay 'call': published pages rely on it"]
    del document["codes"]["actions"]["7"]
    assert read_configuration(document, 1).codes == CodeMap(actions={70: "call"}, states={107: "paused"})


def test_a_document_has_room_for_thousands_of_agents_and_for_nothing_else(document):
    many = range(1_000, 4_000)
    agent = document["agents"]["100"] | {"user_names": []}
    document["agents"] |= {str(number): agent | {"seat": number} for number in many}
    document["seats"] |= {str(number): {"device": "browser"} for number in many}
    assert len(read_configuration(document, 1).agents) == 3_004
    document["dispositions"] = {f"d{number}": {"title": {"zh-CN": "d"}} for number in range(8_000)}
    assert mistakes_of(document) == ["has more than 20000 values, those of its aliases counted: divide it"]


def test_what_is_stored_of_a_centre_is_read_without_its_people(document):
    centre = read_centre(without_people(document), 3)
    assert (centre.version, centre.queues) == (3, read_configuration(document, 3).queues)
    with pytest.raises(CentreMistakes, match="agents: unknown field"):
        read_centre(document, 3)


def test_agent_ids_may_be_written_without_quotes(document):
    document["agents"] = {int(agent): entry for agent, entry in document["agents"].items()}
    assert read_configuration(document, 1) == read_configuration(DEMO, 1)


def test_one_agent_cannot_be_given_twice(document):
    document["agents"][100] = document["agents"]["100"]
    assert "agents.100: is given twice" in mistakes_of(document)


def test_a_mistake_in_a_profile_makes_no_mistake_of_its_agents(document):
    document["profiles"]["service"] = {"queues": "service"}
    assert mistakes_of(document) == [
        "profiles.service.queues: must be a mapping of names to values, not a text",
    ]


@pytest.mark.parametrize("document", [None, [], "centre", 5, {}])
def test_what_is_no_configuration_at_all_is_refused(document):
    assert mistakes_of(document)


def test_no_mistake_shows_what_may_be_a_secret(document):
    for place in ("agents.100.password", "api_keys.business.secret", "webhooks.business.secret"):
        put(document, place, "hunter2")
    put(document, "webhooks.business.url", "https://me:hunter2@crm.example/")
    assert "hunter2" not in "\n".join(mistakes_of(document))


DERIVED = {Seat: {"agent"}}
"""Fields that are no setting of their own: whose a seat is, is said by its agent."""


def test_each_record_of_the_table_has_the_fields_of_its_class():
    for cls, table in [(Configuration, SECTIONS)] + [
        (shape.value.cls, shape.value.table)
        for shape, _ in SECTIONS.values()
        if isinstance(getattr(shape, "value", None), Entry)
    ]:
        keys = {"version", "name", "id", "number"} | DERIVED.get(cls, set())
        assert {field.name for field in fields(cls)} - keys == set(table) - keys


# Any centre may be written back as a document and read again.

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
TITLES = st.dictionaries(st.sampled_from(["zh-CN", "en-US"]), st.text("ab客服", min_size=1, max_size=5), min_size=1)


@st.composite
def documents(draw):
    queues = draw(st.lists(NAMES, unique=True, min_size=1, max_size=3))
    agents = draw(st.lists(st.integers(1, 999).map(str), unique=True, max_size=3))
    names = draw(st.lists(NAMES, unique=True, min_size=3, max_size=3))
    whole = draw(st.integers(10, 100))
    return {
        "name": draw(st.text("ab客服 ", min_size=1, max_size=9)),
        "time_zone": draw(st.sampled_from(["Asia/Shanghai", "UTC"])),
        "languages": ["zh-CN", "en-US"],
        "dial_plan": {"region": "CN", "area_code": draw(st.sampled_from(["", "0755"])), "caller_id": "+8675583000000"},
        "numbers": {"+8675583000000": {"flow": names[0]} | draw(st.sampled_from([{}, {"language": "en-US"}]))},
        "queues": {name: draw(st.sampled_from([{}, {"record": False}, {"ring_seconds": whole}])) for name in queues},
        "profiles": {names[0]: {"queues": {queue: draw(st.integers(1, 9)) for queue in queues}}},
        "agents": {
            agent: {"name": "n", "profile": names[0], "seat": int(agent), "user_names": [f"user {agent}"]}
            | draw(st.sampled_from([{}, {"password": "secret:agents/x"}, {"roles": [names[1]]}]))
            for agent in agents
        },
        "seats": {
            agent: {"device": draw(st.sampled_from(["browser", "sip:a@b.c", "+4930123456"]))} for agent in agents
        },
        "groups": {name: draw(TITLES) for name in names},
        "roles": {
            "agent": {"permissions": draw(st.lists(st.sampled_from(["calls.make", "audit.read"]), unique=True))},
            names[1]: {"permissions": []},
        },
        "reasons": {name: {"code": code, "title": draw(TITLES)} for code, name in enumerate(names, whole)},
        "dispositions": {name: {"title": draw(TITLES)} for name in names},
        "codes": draw(st.sampled_from([{}, {"actions": {"107": "call"}}])),
    }


@given(documents(), st.integers(1, 99))
@settings(max_examples=30, deadline=None)
def test_a_centre_written_back_as_a_document_is_the_same_centre(document, version):
    centre = read_configuration(document, version)
    stored = json.loads(json.dumps(to_document(centre)))
    assert read_configuration(stored, version) == centre
    jsonschema.Draft202012Validator(schema()).validate(stored)


# Copied: a later draw may change what an earlier one put there.
JUNK = st.sampled_from(
    [None, True, 0, -1, 10**6, "", "x", "secret:x", [], ["x"], [["x"], ["x"]], {}, {"x": 1}, 1.5]
).map(copy.deepcopy)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_whatever_is_put_anywhere_is_read_or_refused_never_a_crash(data):
    document = copy.deepcopy(DEMO)
    for _ in range(data.draw(st.integers(1, 3))):
        inner = document
        while isinstance(inner, dict) and inner:
            step = data.draw(st.sampled_from(sorted(inner)))
            if not isinstance(inner[step], dict) or data.draw(st.booleans()):
                inner[step] = data.draw(JUNK)
                break
            inner = inner[step]
    told = None
    try:
        read_configuration(document, 1)
    except CentreMistakes as refusal:
        told = refusal.mistakes
    assert told is None or (told and all(isinstance(mistake, Mistake) for mistake in told))
