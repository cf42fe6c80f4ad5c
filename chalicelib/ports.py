"""What the use cases need from outside: promises of one sentence each, and World, which gathers them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, Protocol, Self, TypeVar

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.call import Call, Outbox
from chalicelib.core.calls.routing import MOST_IN_LINE, Ready, Waiting
from chalicelib.core.calls.scene import Scene
from chalicelib.core.calls.wanted import difference
from chalicelib.core.carrier.commands import Command
from chalicelib.core.carrier.events import CarrierEvent
from chalicelib.core.carrier.script import Script
from chalicelib.core.centre.model import AgentRecord, Centre, Seat, WebhookEndpoint
from chalicelib.core.centre.people import Entries, Entry, EntryKey
from chalicelib.core.flow.model import Flow
from chalicelib.core.flow.plugins import Plugin
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told.audit import AuditRecord
from chalicelib.core.told.closing import Closing
from chalicelib.core.told.history import PastCall
from chalicelib.core.told.notices import AgentEvent, CrmNotice, Timer
from chalicelib.core.told.recordings import Recording

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Moved(Generic[T]):
    """A thing as it was read (None: it is new) and as it shall be stored."""

    before: T | None
    after: T


@dataclass(frozen=True, slots=True)
class Change:
    """What one decision changed, to be stored together or not at all."""

    calls: tuple[Moved[Call], ...] = ()
    agents: tuple[Moved[Agent], ...] = ()
    audits: tuple[AuditRecord, ...] = ()

    @classmethod
    def of(cls, before: Scene | None, after: Scene) -> Self:
        """Gather what a rule changed in a scene (None: there was no such call), or has something to tell."""
        call = Moved(before.call if before else None, _asking_its_carrier(before, after))
        known = before.agents if before else {}
        moved = [Moved(known.get(agent.id), agent) for agent in after.agents.values()]
        return cls((call,) if _differs(call) or call.after.outbox else (), tuple(filter(_differs, moved)))

    @classmethod
    def of_scenes(cls, agents: Iterable[Agent], *scenes: tuple[Scene | None, Scene]) -> Self:
        """Gather what changed in several scenes, one after the other, of these agents as they were read.

        A scene before that is None: a call begins.
        """
        before = {agent.id: agent for agent in agents}
        changes = [cls.of(*scene) for scene in scenes]
        after = {agent.id: agent for _, scene in scenes for agent in scene.agents.values()}
        moved = [Moved(before.get(agent.id), agent) for agent in after.values()]
        calls = tuple(call for change in changes for call in change.calls)
        return cls(calls, tuple(filter(_differs, moved)))

    @classmethod
    def of_agent(cls, before: Agent | None, after: Agent) -> Self:
        """Gather what changed of an agent alone."""
        return cls(agents=tuple(filter(_differs, [Moved(before, after)])))

    def __bool__(self) -> bool:
        return bool(self.calls or self.agents or self.audits)


def _differs(moved: Moved[Any]) -> bool:
    return bool(moved.before != moved.after)


def _asking_its_carrier(before: Scene | None, after: Scene) -> Call:
    asks = bool(difference(before.call if before else None, after.call))
    return replace(after.call, outbox=replace(after.call.outbox, carrier=asks)) if asks else after.call


class Desk(Protocol):
    """Calls and agents as they are now; every read sees every earlier commit."""

    def call(self, call_id: str) -> Call | None:
        """Give the call, or None."""

    def agent(self, agent_id: str) -> Agent | None:
        """Give the agent, or None when they never signed in."""

    def agents(self, agent_ids: Iterable[str]) -> list[Agent]:
        """Give those of these agents who ever signed in; it takes as long as they are many."""

    def restless(self, profiles: Iterable[str]) -> list[Agent]:
        """Give the signed-in agents for whom something can fall due, a moment old: all but these profiles' ready."""

    def signed_in(self) -> set[str]:
        """Name who is signed in, a moment ago."""

    def both(self, call_id: str, agent_id: str) -> tuple[Call | None, Agent | None]:
        """Give both in one read."""

    def lines(
        self, queues: Iterable[str], profiles: Iterable[str], most: int = MOST_IN_LINE
    ) -> tuple[list[Waiting], list[Ready]]:
        """Give the waiting of these queues and the ready of these profiles, the oldest first, `most` of each."""

    def count_waiting(self, queue: str, most: int) -> int:
        """Count who waits in this queue, up to `most`."""

    def commit(self, change: Change) -> None:
        """Store the change, its mirrors and its outbox in one write or one transaction, or raise Conflict."""

    def outbox(self, call_id: str, version: int) -> Outbox | None:
        """Give what that change of the call wanted told, None when it is settled."""

    def settle(self, call_id: str, version: int) -> None:
        """Note that the carrier is where that change, or a later one, wanted it."""

    def events_after(self, agent_id: str, epoch: int, seq: int) -> list[AgentEvent]:
        """Give the agent's events after `seq`, in order, as far as they are kept (24 h)."""

    def audits(self, day: str, before: str, most: int) -> list[AuditRecord]:
        """Give what was controlled on a day (UTC), the newest first, `most` of it; from `before` (an id) backwards."""

    def recording(self, vocid: str) -> Recording | None:
        """Give the recording, or None while nothing was reported of it."""

    def keep_recording(self, recording: Recording) -> bool:
        """Store the recording unless a later stage of it is stored already; tell whether it was."""


class History(Protocol):
    """Calls that have ended, for those who look back."""

    def keep(self, past: PastCall) -> None:
        """Store the call in place of what was kept of it before; one without a disposition takes nobody's place."""

    def of_agent(self, agent_id: str, since: int, most: int) -> list[PastCall]:
        """Give the agent's calls that began at `since` (ms since 1970) or later, the newest first."""

    def of_customer(self, number: str, most: int) -> list[PastCall]:
        """Give the calls with this number, the newest first."""


class Catalogue(Protocol):
    """What administrators publish; a change is seen everywhere within ten seconds."""

    def version(self) -> int:
        """Give the number of the configuration in force now, 0 before there is any."""

    def centre(self) -> Centre:
        """Give the configuration in force, or raise NotConfigured."""

    def agent_record(self, agent_id: str) -> AgentRecord | None:
        """Give what is configured of the agent now, or None when nothing is."""

    def agent_called(self, name: str) -> AgentRecord | None:
        """Give the agent of this AgentID, or else whom a business system calls by this user name, or None."""

    def seat(self, number: int) -> Seat | None:
        """Give what is configured of the seat now, or None when nothing is."""

    def group(self, name: str) -> tuple[str, ...]:
        """Give the AgentIDs of who is in a group, nobody's when there is none of this name."""

    def password_hash(self, agent_id: str) -> str | None:
        """Give the agent's stored password hash, or None."""

    def people(self) -> Entries:
        """Give every entry in force; it takes as long as there are many, and is for administrators."""

    def applying(self, expected: int) -> "Applying":
        """Begin to apply the next version after `expected`, or raise Conflict when another is in force."""

    def flow(self, name: str, version: int | None = None) -> tuple[int, Flow]:
        """Give a flow's version (the newest for None) with its number, or raise NotConfigured."""

    def flow_names(self) -> Mapping[str, int]:
        """Give the newest version of every published flow."""

    def put_flow(self, name: str, document: Mapping[str, Any]) -> int:
        """Publish the document as the flow's next version and give its number."""

    def plugin(self, name: str) -> Plugin:
        """Give the plugin, or raise NotConfigured."""

    def plugins(self) -> Mapping[str, Plugin]:
        """Give all plugins."""

    def put_plugin(self, name: str, document: Mapping[str, Any]) -> None:
        """Publish the plugin, in place of an earlier one of that name."""


class Applying(Protocol):
    """A configuration on its way: nobody sees anything of it before `finish`, and then everybody all of it.

    Of several, the one begun last may go on: what the others do next raises Conflict. One that died leaves nothing in
    force, and the next need not store again what it had stored.
    """

    in_force: Entries
    """The entries of the version in force."""

    stored: Entries
    """The entries as the new version would have them if it were finished now."""

    def store(self, entries: Mapping[EntryKey, Entry | None]) -> None:
        """Store entries of the new version (None: it has no such), or raise Conflict; many at once cost least."""

    def finish(self, document: Mapping[str, Any]) -> int:
        """Put the version in force, with `document` as the rest of it, and give its number, or raise Conflict."""


class Credentials(Protocol):
    """Sessions, tickets, login codes and sockets: small records that expire, known by a fingerprint; and counts."""

    def put(self, kind: str, key: str, value: Mapping[str, Any], expires_at: int) -> None:
        """Store the record until `expires_at` (ms since 1970)."""

    def get(self, kind: str, key: str) -> Mapping[str, Any] | None:
        """Give the record, or None when there is none or it has expired."""

    def consume(self, kind: str, key: str) -> Mapping[str, Any] | None:
        """Remove the record and give it, in one step: of two callers at most one gets it."""

    def drop(self, kind: str, key: str) -> None:
        """Remove the record or the count if it is there."""

    def count(self, kind: str, key: str, most: int, expires_at: int) -> bool:
        """Count one more until `expires_at` (ms since 1970), or tell that there are `most` already, in one step.

        However many ask at once, `most` of them are counted. Who is not counted does not lengthen the count's life;
        what comes after its end is the first of a new one.
        """


class Sockets(Protocol):
    """Open pages."""

    def post(self, socket: str, frame: Mapping[str, Any]) -> bool:
        """Send a frame, and tell whether the socket was still there."""

    def close(self, socket: str, why: Closing) -> None:
        """Close a socket, its page told why."""


@dataclass(frozen=True, slots=True)
class SoftphoneCredentials:
    """The name the browser is rung by at the carrier, the token that proves it, its expiry in ms since 1970."""

    name: str
    token: str
    expires_at: int


class Carrier(Protocol):
    """A telephone company or exchange: what it tells and asks, what it is told, what it keeps."""

    def check(self) -> None:
        """Raise NotConfigured if it cannot work as it is set up."""

    def read(
        self, path: str, params: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> CarrierEvent | None:
        """Prove the webhook, then give what happened (None: nothing we need), or raise NotSigned or BadRequest."""

    def write(self, script: Script, call: str) -> tuple[str, str]:
        """Give the script in the carrier's words, with its content type."""

    def execute(self, command: Command, *, again: bool) -> None:
        """Carry the command out, looking first when it may have been done (`again`), or raise CarriersFault."""

    def lives(self, call: str, leg: str, sid: str) -> bool:
        """Tell whether the leg, which the carrier knows as `sid`, has not ended, or raise CarriersFault.

        A carrier that cannot know it now says that it lives, looks, and tells LegEnded if it does not.
        """

    def hand_over_recording(self, sid: str, address: str) -> bytes | None:
        """Give the WAV file, or None: the carrier PUTs it to the address itself, and then tells RecordingStored.

        The address is good for a while: a carrier that could not use it reports the recording again, and gets another.
        """

    def delete_recording(self, sid: str) -> None:
        """Remove the recording; one that is gone already is no error."""

    def softphone_credentials(self, agent_id: str, until: int) -> SoftphoneCredentials:
        """Give what lets an agent's browser be rung until then (ms since 1970), or raise NotConfigured."""


class Messages(Protocol):
    """Things to be done later, or by another function; each is done at least once."""

    def remind(self, timers: Sequence[Timer]) -> None:
        """Bring each timer back when it is due (at most 15 minutes on: a later one comes earlier, still not due)."""

    def tell_business(self, call_id: str, version: int, notices: Sequence[CrmNotice]) -> None:
        """Bring each notice back for each of its receivers."""

    def fan_out(self, notice_id: str, body: Mapping[str, Any], endpoints: Sequence[str]) -> None:
        """Bring a notice back once for each of these receivers, so that each is told again on its own."""

    def put_off(self, receipt: str, seconds: int) -> None:
        """Let a notice that is being handled come back after `seconds`, when its handling fails."""

    def fetch_recording(self, vocid: str) -> None:
        """Bring the recording's id back, to have its file fetched."""


class Plugins(Protocol):
    """Business systems that answer questions."""

    def check(self, plugin: Plugin) -> None:
        """Raise AddressRefused, naming the plugin, if its address can never be asked."""

    def ask(self, plugin: Plugin, inputs: Mapping[str, str], *, budget_ms: int) -> Mapping[str, Any]:
        """Give the plugin's outputs within the budget, or raise PluginFailed."""


class Webhooks(Protocol):
    """Business systems that want to hear."""

    def check(self, endpoint: WebhookEndpoint) -> None:
        """Raise AddressRefused, naming the receiver, if its address can never be told anything."""

    def deliver(self, endpoint: WebhookEndpoint, notice_id: str, kind: str, at: int, data: Mapping[str, Any]) -> None:
        """Deliver one notice, signed, or raise BusinessSystemsFault."""


class RecordingFiles(Protocol):
    """The recordings' own store."""

    def put(self, vocid: str, wav: bytes) -> None:
        """Store the file, in place of an earlier one."""

    def url(self, vocid: str, seconds: int) -> str:
        """Give an address that plays the file for `seconds`."""

    def upload_url(self, vocid: str, seconds: int) -> str:
        """Give an address that takes the file (PUT, audio/wav) for `seconds`."""


class Secrets(Protocol):
    """Secrets by name."""

    def get(self, name: str) -> str:
        """Give the secret, or raise NotConfigured with its name alone."""


class Passwords(Protocol):
    """Password hashes."""

    def hash(self, password: str) -> str:
        """Give a salted hash fit to be stored."""

    def verify(self, password: str, hashed: str | None) -> bool:
        """Tell whether the password fits, in the same time for an unknown agent (None)."""

    def seal(self, key: str, password: str, hashed: str) -> str:
        """Give what proves at once, to who has the key alone, that the hash is this password's."""


class Clock(Protocol):
    """The time."""

    def now(self) -> int:
        """Give the time in ms since 1970."""

    def pause(self, most: int) -> None:
        """Let some ms pass, by chance at most so many: who met others on the way does not meet them again."""


class Tokens(Protocol):
    """Unguessable strings."""

    def new(self) -> str:
        """Give a new secret."""

    def fingerprint(self, secret: str) -> str:
        """Give what is stored in a secret's place."""

    def same(self, sent: str, secret: str) -> bool:
        """Tell whether they are the same, in a time that does not tell where they differ."""


class Workers(Protocol):
    """Several at once, where what is done waits for others most of the time, or takes long."""

    def each(self, work: Callable[[T], R], things: Iterable[T]) -> list[R]:
        """Do the work for each thing, some side by side, begun in order; give what it gave, in order."""


class Watch(Protocol):
    """What operators see; never anything of a caller's."""

    def bind(self, call_id: str) -> None:
        """Put the call's id into every line from here on, in this thread; empty: into none."""

    def count(self, metric: str, value: float = 1, unit: str = "Count") -> None:
        """Add to a metric."""

    def note(self, message: str, **facts: str | float) -> None:
        """Write a structured line."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside, as the use cases see it; `carriers` by name."""

    desk: Desk
    history: History
    catalogue: Catalogue
    credentials: Credentials
    sockets: Sockets
    carriers: Mapping[str, Carrier]
    messages: Messages
    plugins: Plugins
    webhooks: Webhooks
    files: RecordingFiles
    secrets: Secrets
    passwords: Passwords
    clock: Clock
    tokens: Tokens
    workers: Workers
    watch: Watch


@dataclass(frozen=True, slots=True)
class SomebodyWaits:
    """The stream shows a new waiting row."""

    row: Waiting


@dataclass(frozen=True, slots=True)
class SomebodyIsReady:
    """The stream shows a new ready row."""

    row: Ready


@dataclass(frozen=True, slots=True)
class AgentToBeTold:
    """The stream shows events of an agent, the socket they had then, and the agent's timers."""

    socket: str
    events: tuple[AgentEvent, ...]
    timers: tuple[Timer, ...]


@dataclass(frozen=True, slots=True)
class CallToBeTold:
    """The stream shows the outbox of a call's change, made at `at` (ms since 1970)."""

    call: str
    version: int
    at: int
    outbox: Outbox


@dataclass(frozen=True, slots=True)
class RecordingToBeFetched:
    """The stream shows that a recording's file is ready at the carrier."""

    vocid: str


LineRow = SomebodyWaits | SomebodyIsReady
StreamRow = LineRow | AgentToBeTold | CallToBeTold | RecordingToBeFetched
