"""Sign in: by AgentID and password, or by a login code that the business system's server asked for."""

from chalicelib.core.agents import presence
from chalicelib.core.agents.agent import Agent
from chalicelib.core.centre.model import AgentRecord, Device, DeviceKind
from chalicelib.core.ground.errors import NotPermitted, NotProved, TooManyRequests
from chalicelib.core.ground.values import dataclass
from chalicelib.ports import Change, World
from chalicelib.usecases.commit import decides_again
from chalicelib.usecases.dismiss import dismiss
from chalicelib.usecases.issue_login_code import CODE
from chalicelib.usecases.match import commit_and_match
from chalicelib.usecases.prove import AT_WORK, SESSION, who_is

ATTEMPTS = "ATTEMPTS"
"""The kind of credential record that counts."""

SESSION_MS = 12 * 3600 * 1000
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


def _sign_in(agent_id: str, device: DeviceKind | None, world: World) -> Session:
    who = who_is(agent_id, world)
    who.needs(AT_WORK)
    record, seat = who.record, world.catalogue.seat(who.record.seat)
    if seat is None:
        raise NotProved("This agent's seat is not in the configuration any more.")
    chosen = presence.device_at(seat, device)
    # Whoever was moved from a profile this very moment is brought in all the same.
    profile = world.catalogue.centre().profiles.get(record.profile)
    _bring_in(record, chosen, profile is not None and profile.after_sign_in == "ready", world)
    _needs_to_be_staff_still(agent_id, world)
    token, expires_at = world.tokens.new(), world.clock.now() + SESSION_MS
    world.credentials.put(SESSION, world.tokens.fingerprint(token), {"agent": record.id}, expires_at)
    return Session(token, record.id, record.name, record.roles, record.seat, chosen.kind, expires_at)


def _needs_to_be_staff_still(agent_id: str, world: World) -> None:
    """Look once more: who removed this agent meanwhile either saw them signed in, or is seen here."""
    try:
        who_is(agent_id, world).needs(AT_WORK)
    except (NotPermitted, NotProved):
        dismiss(agent_id, world)
        raise


@decides_again
def _bring_in(record: AgentRecord, device: Device, ready: bool, world: World) -> None:  # noqa: FBT001 - a profile's wish
    known = world.desk.agent(record.id)
    agent = known or Agent(id=record.id)
    signed_in = presence.sign_in(agent, record, device, world.clock.now(), ready=ready)
    commit_and_match(world, Change.of_agent(known, signed_in))
