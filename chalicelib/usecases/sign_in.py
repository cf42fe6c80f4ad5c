"""Sign in: by AgentID and password, or by a login code that the business system's server asked for."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent
from chalicelib.core.centre.model import AgentRecord, ApiKey, Device, DeviceKind
from chalicelib.core.ground.errors import NotFound, NotPermitted, NotProved, TooManyRequests
from chalicelib.core.ground.values import dataclass
from chalicelib.ports import Moved, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.match import commit_and_match

SESSION, CODE, ATTEMPTS, SOCKET = "SESSION", "CODE", "ATTEMPTS", "SOCKET"
"""Kinds of credential records."""

SIGNED_OUT = 4003
"""Close code of a socket whose agent signed out."""

SESSION_MS = 12 * 3600 * 1000
CODE_MS = 60 * 1000
ATTEMPTS_MS = 15 * 60 * 1000
MOST_ATTEMPTS = 10
"""Wrong passwords for one agent, each within 15 minutes of the last, after which even the right one has to wait."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in page's session: the bearer `token` is known to the page alone; `expires_at` in ms since 1970.

    `device` is where this agent's calls ring: a page that is to be the telephone must know before it says hello.
    """

    token: str
    agent: str
    name: str
    roles: tuple[str, ...]
    seat: int
    device: DeviceKind
    expires_at: int


def issue_login_code(key: ApiKey, wanted: str, world: World) -> tuple[str, str, int]:
    """Vouch for an agent, named by AgentID or by a business user name: give AgentID, one-time code and its expiry.

    Raises:
        NotFound: nobody is called so.
        NotPermitted: the agent has a role that this key may not grant.
    """
    record = world.catalogue.agent_called(wanted)
    if record is None:
        raise NotFound("There is no agent with this AgentID or user name.")
    if not set(record.roles) <= set(key.grants):
        raise NotPermitted("This API key may not sign in an agent with these roles.")
    code, expires_at = world.tokens.new(), world.clock.now() + CODE_MS
    world.credentials.put(CODE, world.tokens.fingerprint(code), {"agent": record.id}, expires_at)
    return record.id, code, expires_at


def sign_in_by_code(agent_id: str, code: str, device: DeviceKind | None, world: World) -> Session:
    """Sign in the agent that a business system vouched for.

    Raises:
        NotProved: the code is unknown, used, expired, or another agent's.
    """
    vouched = world.credentials.consume(CODE, world.tokens.fingerprint(code))
    if vouched is None or vouched["agent"] != agent_id:
        raise NotProved("The login code is not valid any more: ask the business system for a new one.")
    return _sign_in(agent_id, device, world)


def sign_in_by_password(agent_id: str, password: str, device: DeviceKind | None, world: World) -> Session:
    """Sign in by password; a try is counted before it is looked at, so that many at once get no more than the limit.

    Raises:
        NotProved: unknown agent or wrong password, told apart by nothing, not even by time.
        TooManyRequests: too many wrong ones lately, for an agent or for nobody.
    """
    tries = world.tokens.fingerprint(agent_id)
    if not world.credentials.count(ATTEMPTS, tries, MOST_ATTEMPTS, world.clock.now() + ATTEMPTS_MS):
        raise TooManyRequests("Too many wrong passwords: wait a quarter of an hour.")
    if not world.passwords.verify(password, world.catalogue.password_hash(agent_id)):
        raise NotProved("AgentID or password is wrong.")
    world.credentials.drop(ATTEMPTS, tries)
    return _sign_in(agent_id, device, world)


def prove_session(token: str, world: World) -> Mapping[str, Any]:
    """Give the session's record: `agent`, `roles`.

    Raises:
        NotProved: unknown, revoked or expired.
    """
    record = world.credentials.get(SESSION, world.tokens.fingerprint(token)) if token else None
    if record is None:
        raise NotProved("The session has ended: sign in again.")
    return record


@decides_again
def sign_out(token: str, world: World) -> None:
    """End the session and let the agent go.

    Raises:
        NotLegalNow: a call has to end first; the session goes on.
    """
    agent_id = str(prove_session(token, world)["agent"])
    agent = world.desk.agent(agent_id)
    if agent:
        commit_and_match(world, agent=Moved(agent, presence.sign_out(agent, world.clock.now())))
    world.credentials.drop(SESSION, world.tokens.fingerprint(token))
    if agent and agent.socket:
        world.credentials.drop(SOCKET, agent.socket)
        world.sockets.close(agent.socket, SIGNED_OUT, "Signed out.")


def _sign_in(agent_id: str, device: DeviceKind | None, world: World) -> Session:
    record = world.catalogue.agent_record(agent_id)
    seat = world.catalogue.seat(record.seat) if record else None
    if record is None or seat is None:
        raise NotProved("AgentID or password is wrong.")
    chosen = Device(DeviceKind.BROWSER) if device is DeviceKind.BROWSER else seat.device
    if device not in (None, DeviceKind.BROWSER, seat.device.kind):
        raise NotFound("This seat has no such device: see the centre's configuration.")
    # Whoever was moved from a profile this very moment is brought in all the same.
    profile = world.catalogue.centre().profiles.get(record.profile)
    _bring_in(record, chosen, profile is not None and profile.after_sign_in == "ready", world)
    token, expires_at = world.tokens.new(), world.clock.now() + SESSION_MS
    held = {"agent": record.id, "roles": list(record.roles)}
    world.credentials.put(SESSION, world.tokens.fingerprint(token), held, expires_at)
    return Session(token, record.id, record.name, record.roles, record.seat, chosen.kind, expires_at)


@decides_again
def _bring_in(record: AgentRecord, device: Device, ready: bool, world: World) -> None:  # noqa: FBT001 - a profile's wish
    known = world.desk.agent(record.id)
    agent = known or Agent(id=record.id)
    signed_in = presence.sign_in(agent, record, device, world.clock.now(), ready=ready)
    commit_and_match(world, agent=Moved(known, signed_in))
