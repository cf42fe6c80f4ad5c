"""The centre: what an administrator configures, as immutable values; reading.py makes them."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from chalicelib.core.ground.values import dataclass


class DeviceKind(StrEnum):
    """What rings at an agent's seat."""

    BROWSER = "browser"
    SIP = "sip"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Device:
    """A seat's device: `address` is empty for a browser, a SIP address, or an E.164 number."""

    kind: DeviceKind
    address: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A numbered place (`sliceNo`) with its device; `agent` is whose it is, empty for nobody's."""

    number: int
    device: Device
    agent: str = ""


@dataclass(frozen=True, slots=True)
class AgentRecord:
    """Who an agent is; where they are now is `agents.Agent`.

    `password` is a secret's name, never a value; `user_names` are what business systems call this agent.
    """

    id: str
    name: str
    profile: str
    seat: int
    roles: tuple[str, ...] = ("agent",)
    groups: tuple[str, ...] = ()
    user_names: tuple[str, ...] = ()
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """A waiting line; durations in seconds. `wrap_up` 0 means none."""

    name: str
    title: Mapping[str, str] = field(default_factory=dict)
    ring_seconds: int = 20
    wrap_up: int = 60
    announce_every: int = 30
    music: str = "media:hold-music"
    max_waiting: int = 100
    record: bool = True


@dataclass(frozen=True, slots=True)
class RoutingProfile:
    """Which queues its agents serve: queue name to priority, 1 first."""

    name: str
    queues: Mapping[str, int]
    after_sign_in: str = "paused"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of ours: which flow a call to it starts, on which carrier (None: the only one there is)."""

    number: str
    flow: str
    carrier: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an agent is paused; `code` is iParam of action 9, `state` the public state code it shows."""

    name: str
    code: int
    title: Mapping[str, str]
    state: int = 7
    max_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Disposition:
    """How a call ended up, chosen in wrap-up."""

    name: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ScreenPop:
    """A business page to open on an event of the agent: `url` is filled from the tags."""

    name: str
    event: str
    url: str
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A business system's key: `secret` is a secret's name; `grants` are roles it may at most hand out."""

    name: str
    secret: str
    grants: tuple[str, ...] = ("agent",)


NOTICES = ("call.rang", "call.answered", "call.transferred", "call.ended", "call.disposed")
"""What business systems can hear of a call; the last when its agent has said in wrap-up how it turned out."""


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """Where call notices go: `secret` is the name of the signing secret."""

    name: str
    url: str
    secret: str
    events: tuple[str, ...] = NOTICES


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions (see permissions.py)."""

    name: str
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class DialPlan:
    """How a number an agent dials becomes E.164: by country (ISO 3166) and area; `caller_id` is shown.

    The rest is as for a queue: seconds to ring and to wrap up, and whether such calls are recorded. People
    outside whom an agent has brought together may talk on by themselves for `unattended_minutes`; 0: not at all.
    """

    region: str
    area_code: str
    caller_id: str
    ring_seconds: int = 30
    wrap_up: int = 30
    record: bool = True
    unattended_minutes: int = 60


@dataclass(frozen=True, slots=True)
class Supervision:
    """What holds for supervisors' controls: whether the agent whom they control hears of it."""

    tell_agents: bool = True


@dataclass(frozen=True, slots=True)
class CodeMap:
    """This deployment's own integer codes: code to name, on top of the usual ones."""

    actions: Mapping[int, str] = field(default_factory=dict)
    controls: Mapping[int, str] = field(default_factory=dict)
    states: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Centre:
    """What is configured but for people and their places: small, and read whole; all by name, numbers by number."""

    version: int
    name: str
    time_zone: str
    languages: tuple[str, ...]
    dial_plan: DialPlan
    numbers: Mapping[str, Number]
    queues: Mapping[str, Queue]
    profiles: Mapping[str, RoutingProfile]
    groups: Mapping[str, Mapping[str, str]]
    roles: Mapping[str, Role]
    reasons: Mapping[str, Reason]
    dispositions: Mapping[str, Disposition]
    screen_pops: Mapping[str, ScreenPop] = field(default_factory=dict)
    api_keys: Mapping[str, ApiKey] = field(default_factory=dict)
    webhooks: Mapping[str, WebhookEndpoint] = field(default_factory=dict)
    supervision: Supervision = field(default_factory=Supervision)
    codes: CodeMap = field(default_factory=CodeMap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration(Centre):
    """A whole document: the centre, and its agents by AgentID and seats by sliceNo, which are stored one by one."""

    agents: Mapping[str, AgentRecord]
    seats: Mapping[int, Seat]
