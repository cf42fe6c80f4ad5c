"""The table of a configuration document: what each section and field may hold, and what it is for.

Reading, writing back, the JSON Schema and the documentation all follow it.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from chalicelib.core.centre.model import (
    NOTICES,
    AgentRecord,
    ApiKey,
    CodeMap,
    Device,
    DeviceKind,
    DialPlan,
    Disposition,
    Queue,
    Reason,
    Role,
    RoutingProfile,
    ScreenPop,
    Seat,
    Supervision,
    WebhookEndpoint,
)
from chalicelib.core.centre.model import (
    Number as OurNumber,
)
from chalicelib.core.centre.permissions import ACTION_PERMISSION, CONTROL_PERMISSION, PERMISSIONS
from chalicelib.core.documents.fields import Flag, Kind, Number, OneOf
from chalicelib.core.documents.shapes import Distinct, Entry, Line, Made, Named, OneNumber, Ref, Table

STATES: Mapping[str, int] = {
    "signedOut": 0,
    "ready": 1,
    "reserved": 2,
    "ringing": 3,
    "dialling": 4,
    "talking": 5,
    "wrapUp": 6,
    "paused": 7,
    "rest": 8,
    "training": 9,
    "meeting": 10,
    "holding": 11,
    "consulting": 12,
    "conference": 13,
    "monitoring": 14,
    "disconnected": 15,
    "meal": 16,
    "fault": 99,
}
_PAUSED_STATES = tuple(STATES[name] for name in ("paused", "rest", "training", "meeting", "meal"))

_E164 = r"\+[1-9][0-9]{4,14}"
_SIP = r"sips?:[A-Za-z0-9._+~-]{1,64}@[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:;transport=(?:udp|tcp|tls))?"
SECRET = "secret:"  # noqa: S105 - the form of a reference, not a secret
_TAG_PLACEHOLDER = re.compile(r"\{[A-Za-z][A-Za-z0-9_]{0,31}\}")


def _fault_of_zone(name: str) -> str | None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return "is not a time zone of the IANA list (Asia/Shanghai, Europe/Berlin, UTC)"
    return None


def _fault_of_url(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "is not an address that can be read"
    if not host or port == 0:
        return "must name a host, and a port above 0 if any"
    if parts.username is not None or parts.password is not None:
        return "must not hold a user or a password"
    if parts.scheme == "http" and not _inner(host):
        return "must begin with https:// (plain http is for inner hosts only)"
    return None


def _inner(host: str) -> bool:
    """Tell whether a host cannot be out on the internet by name: one label, or an address in digits."""
    return "." not in host or not re.search("[A-Za-z]", host.rpartition(".")[2])


def _fault_of_page(url: str) -> str | None:
    filled = _TAG_PLACEHOLDER.sub("x", url)
    if "{" in filled or "}" in filled:
        return "has a placeholder that is no tag's name: they look like {CALLERID}"
    if "{" in url.partition("://")[2].partition("/")[0]:
        return "must not take its host from a tag: callers would choose where agents go"
    return _fault_of_url(filled)


def _device(text: str) -> Device:
    if text == DeviceKind.BROWSER:
        return Device(DeviceKind.BROWSER)
    return Device(DeviceKind.SIP if text.startswith("sip") else DeviceKind.PHONE, text)


_TEXT = Line(r"[^\x00-\x1f\x7f]{1,200}", "a text of 1 to 200 characters on one line")
_NAME = Line(r"[a-z0-9][a-z0-9_-]{0,62}", "a name of a-z, 0-9, - and _")
_PHONE = Line(_E164, "a number in E.164, such as '+8675583000000'")
_LANGUAGE = Line(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?", "a language such as zh-CN or en-US")
_URL = Line(r"https?://[^\s\x00-\x1f\x7f#{}]{1,1000}", "an https:// address without a fragment", _fault_of_url)
_PAGE = Line(r"https?://[^\s\x00-\x1f\x7f]{1,1000}", "an https:// address of a page", _fault_of_page)
_TITLES = Named(Ref("languages", "language"), _TEXT)
_WRITTEN_TITLES = Named(Ref("languages", "language"), _TEXT, fewest=1)
SECRET_NAME = Made(
    Line(f"{SECRET}[a-z0-9][a-z0-9/_-]{{0,200}}", "a reference secret:<name> (never the secret itself)"),
    lambda text: text.removeprefix(SECRET),
    lambda name: SECRET + name,
)
_DEVICE = Made(
    Line(
        f"browser|{_SIP}|{_E164}",
        "browser, a SIP address such as sip:100@phones.example, or a number in E.164",
    ),
    _device,
    lambda device: device.address or str(device.kind),
)
_WHOLE_KEY = Made(Line("[1-9][0-9]{0,4}", "a number from 1 to 99999"), int, str)
_AGENT_ID = Line("[1-9][0-9]{0,8}", "an AgentID: a whole number")


def is_agent_id(text: str) -> bool:
    """Tell whether an agent could have this AgentID; a user name may look the same."""
    return re.fullmatch(_AGENT_ID.pattern, text) is not None


def _codes_of(names: Mapping[str, Any]) -> Kind:
    return Named(Made(Line("0|[1-9][0-9]{0,4}", "a code in digits"), int, str), OneOf(tuple(names)))


_PROFILES: Table = {
    "queues": (
        Named(Ref("queues", "queue"), Number(1, 99)),
        "Its queues, each with its priority: 1 is served first.",
    ),
    "after_sign_in": (OneOf(("paused", "ready")), "The state of its agents right after signing in."),
}
_QUEUES: Table = {
    "title": (_TITLES, "What people call it, by language."),
    "ring_seconds": (Number(5, 120), "How long a call rings at one agent."),
    "wrap_up": (Number(0, 3600), "Seconds for writing up after a call; 0 means none."),
    "announce_every": (Number(10, 600), "Seconds between two announcements of the caller's position."),
    "music": (
        Line(
            r"media:[a-z0-9][a-z0-9_-]{0,62}|https://[^\s\x00-\x1f\x7f#{}]{1,1000}",
            "media:<name> or https://...",
        ),
        "What the waiting hear.",
    ),
    "max_waiting": (Number(1, 10_000), "How many may wait at once."),
    "record": (Flag(), "Whether its calls are recorded."),
}
_AGENTS: Table = {
    "name": (_TEXT, "The agent's own name."),
    "profile": (Ref("profiles", "profile"), "The routing profile: which queues this agent serves."),
    "seat": (Ref("seats", "seat", int), "The seat (sliceNo), one of `seats`, for this agent alone."),
    "roles": (Distinct(Ref("roles", "role"), fewest=1), "What this agent may do."),
    "groups": (Distinct(Ref("groups", "group")), "The groups whose calls this agent may pick up or supervise."),
    "user_names": (Distinct(_TEXT), "What business systems call this agent; no two agents share one."),
    "password": (SECRET_NAME, "The secret that holds this agent's password; applying stores its hash."),
}
_NUMBERS: Table = {
    "flow": (_NAME, "The published flow that a call to this number starts."),
    "carrier": (_NAME, "Which of the deployment's carriers brings its calls; to be left out where there is one."),
    "language": (Ref("languages", "language"), "The language its calls begin in; else the flow's own."),
}
_REASONS: Table = {
    "code": (Number(1, 9999), "iParam of action 9 (pause); no two reasons share one."),
    "title": (_WRITTEN_TITLES, "What people call it, by language."),
    "state": (
        OneNumber(_PAUSED_STATES),
        "The state it shows: 7 paused, 8 rest, 9 training, 10 meeting, 16 meal.",
    ),
    "max_seconds": (Number(1, 86_400), "After so many seconds supervisors are told."),
}
_SCREEN_POPS: Table = {
    "event": (OneOf(("Ring", "Talk", "Hangup", "WrapUp")), "The agent's event that opens the page."),
    "url": (_PAGE, "The page; {CALLERID} and other tags are filled in, percent-encoded, never in the host."),
    "queue": (Ref("queues", "queue"), "Only for calls of this queue."),
}
_API_KEYS: Table = {
    "secret": (SECRET_NAME, "The secret that holds the key."),
    "grants": (
        Distinct(Ref("roles", "role")),
        "The roles this business system may at most hand out when signing agents in.",
    ),
}
_WEBHOOKS: Table = {
    "url": (_URL, "Where notices go."),
    "secret": (SECRET_NAME, "The secret that holds the signing key, or two keys during a rotation."),
    "events": (
        Distinct(OneOf(NOTICES), fewest=1),
        "Which notices it gets.",
    ),
}
_CODES: Table = {
    "actions": (_codes_of(ACTION_PERMISSION), "Code to action; 7 stays `call`, whatever else is renumbered."),
    "controls": (_codes_of(CONTROL_PERMISSION), "Code to control."),
    "states": (_codes_of(STATES), "Code to state."),
}
_DIAL_PLAN: Table = {
    "region": (
        Line("[A-Z]{2}", "a country of ISO 3166 such as CN"),
        "The country whose way of writing numbers holds.",
    ),
    "area_code": (
        Line("[0-9]{0,6}", "an area code such as '0755', or ''"),
        "The area of numbers dialled without one.",
    ),
    "caller_id": (_PHONE, "The number that people called by us see."),
    "ring_seconds": (Number(5, 120), "How long whoever an agent calls, asks or hands over to is rung."),
    "wrap_up": (Number(0, 3600), "Seconds for writing up after a call of no queue; 0 means none."),
    "record": (Flag(), "Whether calls that agents make are recorded."),
    "unattended_minutes": (
        Number(0, 240),
        "How long people outside talk on by themselves when no agent is with them any more; 0: not at all.",
    ),
}

SECTIONS: Table = {
    "name": (_TEXT, "What the centre is called."),
    "time_zone": (
        Line(r"[A-Za-z0-9_+/-]{1,64}", "a time zone such as Asia/Shanghai", _fault_of_zone),
        "Where it is.",
    ),
    "languages": (Distinct(_LANGUAGE, fewest=1), "The languages it speaks, its own first."),
    "dial_plan": (
        Entry(DialPlan, _DIAL_PLAN),
        "How a number that an agent dials becomes an international one.",
    ),
    "numbers": (
        Named(_PHONE, Entry(OurNumber, _NUMBERS, "number")),
        "Our numbers, and which flow each starts.",
    ),
    "queues": (Named(_NAME, Entry(Queue, _QUEUES, "name")), "The waiting lines."),
    "profiles": (Named(_NAME, Entry(RoutingProfile, _PROFILES, "name")), "Which agents serve which queues."),
    "agents": (Named(_AGENT_ID, Entry(AgentRecord, _AGENTS, "id")), "The people, by AgentID."),
    "seats": (
        Named(_WHOLE_KEY, Entry(Seat, {"device": (_DEVICE, "What rings there.")}, "number")),
        "The numbered places (sliceNo) and what rings at them.",
    ),
    "groups": (Named(_NAME, _TITLES), "Groups of agents, with what people call them, by language."),
    "roles": (
        Named(
            _NAME,
            Entry(
                Role,
                {
                    "permissions": (
                        Distinct(OneOf(tuple(PERMISSIONS)), into=frozenset),
                        "What its holders may do.",
                    )
                },
                "name",
            ),
        ),
        "Named sets of permissions.",
    ),
    "reasons": (Named(_NAME, Entry(Reason, _REASONS, "name")), "Why an agent may be paused."),
    "dispositions": (
        Named(
            _NAME,
            Entry(Disposition, {"title": (_WRITTEN_TITLES, "What people call it, by language.")}, "name"),
        ),
        "How a call may turn out, chosen in wrap-up.",
    ),
    "screen_pops": (
        Named(_NAME, Entry(ScreenPop, _SCREEN_POPS, "name")),
        "Business pages that open by themselves.",
    ),
    "api_keys": (Named(_NAME, Entry(ApiKey, _API_KEYS, "name")), "Business systems that may call our API."),
    "webhooks": (Named(_NAME, Entry(WebhookEndpoint, _WEBHOOKS, "name")), "Who hears about calls."),
    "supervision": (
        Entry(
            Supervision,
            {"tell_agents": (Flag(), "Whether an agent is told that a supervisor controls them, and that it is over.")},
        ),
        "What holds for supervisors' controls.",
    ),
    "codes": (Entry(CodeMap, _CODES), "This deployment's own integer codes, on top of the usual ones."),
}

PEOPLE = frozenset(("agents", "seats"))
"""The sections that grow with the number of people: stored entry by entry, and read by key."""
