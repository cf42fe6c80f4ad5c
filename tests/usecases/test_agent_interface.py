"""The table of actions, walked: legal in its states and in no other, forbidden, twice, ill-formed, with a dead target.

Each state is told once, on the whole centre in memory; every action is then tried in a copy of what is stored. Who adds
an action adds its row here, or this file fails.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import pytest

from chalicelib.core.agents.action_codes import ACTION_CODES
from chalicelib.core.agents.results import Action, Result
from chalicelib.core.centre.permissions import ACTION_PERMISSION
from chalicelib.core.ground.errors import Conflict
from chalicelib.ports import World
from chalicelib.usecases.act import _ACTIONS, act
from chalicelib.usecases.prove import who_is
from tests.fakes.centre import Centre
from tests.fakes.credentials import MemoryCredentials
from tests.fakes.desk import MemoryDesk, Shelf
from tests.fakes.outside import MemoryMessages, MemorySockets
from tests.fakes.people import a_ready_agent, a_ringing_agent, a_talk

ME, COLLEAGUE, TARGET, ABSENT, BUSY = "100", "200", "102", "101", "200"
STRANGER = "13900139000"
INTO = "service-authentication"
SEAT, AGENT, OUTSIDE, QUEUE, FLOW, CONFERENCE, VOICEMAIL = 1, 2, 3, 4, 5, 6, 7


def ready(centre: Centre) -> None:
    a_ready_agent(centre, ME)


def paused(centre: Centre) -> None:
    a_ready_agent(centre, ME).does(9, 1)


def ringing(centre: Centre) -> None:
    a_ringing_agent(centre, ME)


def dialling(centre: Centre) -> None:
    a_ready_agent(centre, ME).does(7, OUTSIDE, STRANGER)


def talking(centre: Centre) -> None:
    a_talk(centre, ME)


def holding(centre: Centre) -> None:
    a_talk(centre, ME).agent.does(3)


def lost(centre: Centre) -> None:
    talk = a_talk(centre, ME)
    talk.leg.hang_up()
    talk.agent.hears("State", LEG="lost")


def wrapping_up(centre: Centre) -> None:
    talk = a_talk(centre, ME)
    talk.caller.hang_up()
    talk.agent.hears("WrapUp")


def asking(centre: Centre) -> None:
    """A colleague is rung to be asked."""
    talk = a_talk(centre, ME)
    colleague = a_ready_agent(centre, COLLEAGUE)
    talk.agent.does(6, AGENT, COLLEAGUE)
    colleague.hears("Ring")


def consulting(centre: Centre) -> None:
    """A number outside is asked, and has answered."""
    talk = a_talk(centre, ME)
    stranger = centre.exchange.device("+86" + STRANGER)
    talk.agent.does(6, OUTSIDE, STRANGER)
    stranger.answer(30)
    talk.agent.hears("Consult", RESULT="answered")
    centre.time.advance(1)


def conference(centre: Centre) -> None:
    consulting(centre)
    centre.the_call()
    assert acts(centre, ME, 21) == 0


def consulted(centre: Centre) -> None:
    """I am the one who is asked."""
    talk = a_talk(centre, COLLEAGUE)
    me = a_ready_agent(centre, ME)
    talk.agent.does(6, AGENT, ME)
    me.hears("Ring")
    me.answers()
    talk.agent.hears("Consult", RESULT="answered")


def member(centre: Centre) -> None:
    """I am in a conference that is a colleague's."""
    consulted(centre)
    assert acts(centre, COLLEAGUE, 21) == 0


def given(centre: Centre) -> None:
    """I have given my customer away, who is not taken yet, and write up."""
    talk = a_talk(centre, ME)
    colleague = a_ready_agent(centre, COLLEAGUE)
    talk.agent.does(5, AGENT, COLLEAGUE)
    colleague.hears("Ring")


def reserved(centre: Centre) -> None:
    """My customer is in a flow, from which they come back to me."""
    a_talk(centre, ME).agent.does(11, 1, INTO)


def trying(centre: Centre) -> None:
    """I have called a flow, which speaks to me."""
    me = a_ready_agent(centre, ME)
    assert me.does(7, FLOW, INTO) == 0
    me.phone.answer(10)
    me.hears("Talk")


def beside(centre: Centre) -> None:
    """It rings at a colleague of my groups, and I am ready."""
    a_ringing_agent(centre, COLLEAGUE)
    a_ready_agent(centre, ME)


def acts(centre: Centre, agent_id: str, code: int) -> int:
    who = who_is(agent_id, centre.immortal)
    answered = act(Action(who, "prepared", code), centre.immortal).code
    centre.time.advance(1)
    return answered


STATES: tuple[Callable[[Centre], None], ...] = (
    ready,
    paused,
    ringing,
    dialling,
    talking,
    holding,
    lost,
    wrapping_up,
    asking,
    consulting,
    conference,
    consulted,
    member,
    given,
    reserved,
    trying,
    beside,
)
ANY = frozenset(STATES)
AT_REST = frozenset([ready, paused, wrapping_up, given, beside])
AFTER = frozenset([wrapping_up, given])
IN_CALL = ANY - AT_REST
MINE = frozenset([talking, holding, asking, consulting, conference])
ALONE = frozenset([dialling, talking, holding, lost, conference, reserved])
"""States in which the owner has to name whom they let go."""
INSIDE = MINE | {consulted, member}


@dataclass(frozen=True)
class Row:
    """An action as it is asked for, and the states in which it is legal; `otherwise` is what is no -4 in the others.

    `bad` are ill-formed parameters; `dead` are targets, each with the return value that tells of it. They are tried
    `at` a state, the first in which the action is legal unless it is given.
    """

    name: str
    legal: frozenset[Callable[[Centre], None]]
    i_param: int = 0
    s_param: str = ""
    bad: tuple[tuple[int, str], ...] = ()
    dead: Mapping[tuple[int, str], Result] = field(default_factory=dict)
    otherwise: Mapping[Callable[[Centre], None], Result] = field(default_factory=dict)
    at: Callable[[Centre], None] | None = None

    @property
    def somewhere(self) -> Callable[[Centre], None]:
        """A state in which it is legal."""
        return self.at or next(state for state in STATES if state in self.legal)


NOBODY, TAKEN = Result.TARGET_NOT_FOUND, Result.TARGET_BUSY
TARGETS = {(AGENT, "999"): NOBODY, (AGENT, ABSENT): NOBODY, (SEAT, "2"): NOBODY, (QUEUE, "nowhere"): NOBODY}
BAD_TARGETS = ((AGENT, ""), (99, TARGET), (SEAT, "x"), (OUTSIDE, "x"), (AGENT, f"{TARGET};no tags"), (AGENT, ME))

TABLE = (
    Row("answer", frozenset([ringing, lost]), dead={(0, "c" + "9" * 20): NOBODY}),
    Row("hangup", IN_CALL, bad=((3, ""), (2, "")), dead={(2, "no-such-leg"): NOBODY}, at=talking),
    Row("hangup", MINE | {ringing, dialling, lost, reserved, trying}, 1),
    Row("hangup", frozenset([ringing, asking, consulting]), 2, otherwise=dict.fromkeys(ALONE, Result.BAD_PARAMETER)),
    Row("hold", frozenset([talking, conference]), bad=((2, ""),), dead={(0, "no-such-leg"): NOBODY}),
    Row("retrieve", frozenset([holding, reserved]), dead={(0, "no-such-leg"): NOBODY}),
    Row("transfer", frozenset([talking, holding]), AGENT, TARGET, BAD_TARGETS, TARGETS),
    Row("transfer", frozenset([talking, holding]), QUEUE, "vip"),
    Row("transfer", frozenset([talking, holding]), OUTSIDE, STRANGER),
    Row(
        "consult",
        frozenset([talking, holding, conference]),
        AGENT,
        TARGET,
        (*BAD_TARGETS, (FLOW, INTO), (CONFERENCE, INTO), (VOICEMAIL, INTO)),
        TARGETS | {(QUEUE, "vip"): TAKEN},
    ),
    Row("call", AT_REST, AGENT, TARGET, BAD_TARGETS, TARGETS | {(QUEUE, "vip"): TAKEN}),
    Row("call", AT_REST, OUTSIDE, STRANGER),
    Row(
        "call",
        AT_REST,
        FLOW,
        INTO,
        ((FLOW, ""), (FLOW, f"{INTO};no tags"), (CONFERENCE, INTO), (VOICEMAIL, INTO)),
        {(FLOW, "nowhere"): NOBODY},
    ),
    Row("transfer", frozenset([talking, holding]), FLOW, INTO, dead={(FLOW, "nowhere"): NOBODY}),
    Row("sendDtmf", frozenset([talking, consulting, conference]), 0, "12#", ((0, ""), (0, "x"))),
    Row("pause", ANY, 2, bad=((77, ""),)),
    Row("resume", AT_REST),
    Row("completeTransfer", frozenset([asking, consulting])),
    Row("conference", frozenset([consulting])),
    Row("cancelConsult", frozenset([asking, consulting])),
    Row("swap", frozenset([consulting])),
    Row("mute", INSIDE | {trying}, 1, bad=((2, ""),), dead={(1, "no-such-leg"): NOBODY}),
    Row("wrapUp", AFTER, 1, "solved", ((0, "no-such-thing"), (2, "x"), (2, ""), (2, "9" * 50), (3, ""))),
    Row(
        "setTags",
        INSIDE | {dialling, lost, reserved, trying},
        0,
        "ORDER:42",
        ((2, "A:1"), (0, "no tags"), (0, "CALLERID:1")),
    ),
    Row("toAutomatic", frozenset([talking, holding]), 0, INTO, ((2, INTO), (0, "")), {(0, "nowhere"): NOBODY}),
    Row("toAutomatic", frozenset([talking, holding]), 1, INTO),
    Row("survey", frozenset([talking, holding]), 0, INTO, ((0, ""),), {(0, "nowhere"): NOBODY}),
    Row(
        "pickUp",
        frozenset([beside]),
        bad=((2, ""), (1, "x"), (1, "1")),
        dead={(1, "77"): NOBODY, (1, "2"): NOBODY, (1, "3"): TAKEN},
        otherwise={ready: TAKEN},
    ),
    Row("recording", MINE, 0, "", ((4, ""), (-1, ""))),
    Row("signIn", ANY, 0, bad=((3, ""), (-1, "")), dead={(1, ""): NOBODY, (0, "another"): NOBODY}),
    Row("signOut", AT_REST, 0, bad=((2, ""),)),
    Row("signOut", ANY, 1),
    Row("nextState", IN_CALL | AFTER, 16, "meal", ((5, ""), (16, "meeting"), (99, ""))),
    Row("reset", ANY),
    Row("synchronise", ANY, bad=((-1, ""),)),
)


class Deaf:
    """A carrier that does whatever it is told, and knows that every leg lives."""

    def execute(self, _command: object, *, again: bool) -> None:
        """Do nothing."""

    def lives(self, _call: str, _leg: str, _sid: str) -> bool:
        """Say yes."""
        return True


class Busy(MemoryDesk):
    """A desk at which somebody else is always faster."""

    def commit(self, _change: object) -> None:
        """Refuse."""
        raise Conflict("Somebody was faster.")


@cache
def told(state: Callable[[Centre], None]) -> Centre:
    """The centre with me in this state, and the target ready."""
    centre = Centre()
    state(centre)
    a_ready_agent(centre, TARGET)
    return centre


def copied(centre: Centre, desk: type[MemoryDesk] = MemoryDesk) -> World:
    """A world of its own, with a copy of what is stored."""
    kept = centre.desk._shelf
    sets = {name: set(getattr(kept, name)) for name in ("waiting", "ready", "signed_in")}
    dicts = {name: dict(getattr(kept, name)) for name in ("calls", "agents", "outboxes", "recordings")}
    return replace(
        centre.immortal,
        desk=desk(centre.clock, Shelf(told=list(kept.told), **sets, **dicts)),
        credentials=MemoryCredentials(centre.clock),
        messages=MemoryMessages(lambda *_: None, centre.clock.now),
        sockets=MemorySockets(),
        carriers={"twilio": Deaf()},
    )


def does(world: World, name: str, i_param: int = 0, s_param: str = "", request: str = "r", **changes: object) -> int:
    """Do an action as agent 100, by its name."""
    code = next(code for code, known in ACTION_CODES.items() if known == name)
    action = Action(who_is(ME, world), request, code, i_param, s_param)
    return act(replace(action, **changes), world).code


ROWS = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.name}-{row.i_param}-{row.s_param[:12]}")


def test_every_action_that_the_server_knows_has_a_row_a_code_and_a_permission():
    assert {row.name for row in TABLE} == set(_ACTIONS) == set(ACTION_CODES.values())
    assert set(_ACTIONS) <= set(ACTION_PERMISSION)


@ROWS
def test_an_action_is_legal_in_its_states_and_in_no_other(row):
    found = {state.__name__: does(copied(told(state)), row.name, row.i_param, row.s_param) for state in STATES}
    legal = dict.fromkeys(row.legal, Result.ACCEPTED) | dict(row.otherwise)
    assert found == {state.__name__: legal.get(state, Result.NOT_LEGAL_NOW) for state in STATES}


@ROWS
def test_an_action_that_the_role_does_not_permit_is_refused(row):
    world = copied(told(row.somewhere))
    who = who_is(ME, world)
    without = replace(who, permissions=who.permissions - {ACTION_PERMISSION[row.name]})
    assert does(world, row.name, row.i_param, row.s_param, who=without) == Result.NOT_PERMITTED


@ROWS
def test_an_action_that_comes_twice_is_taken_once(row):
    world = copied(told(row.somewhere))
    asked = [does(world, row.name, row.i_param, row.s_param) for _ in range(2)]
    signed_out = not world.desk.agent(ME).signed_in
    assert asked == [Result.ACCEPTED, Result.NOT_SIGNED_IN if signed_out else Result.DUPLICATE]


@ROWS
def test_an_action_with_bad_parameters_is_refused_and_changes_nothing(row):
    world = copied(told(row.somewhere))
    before = world.desk.all_agents(), world.desk.all_calls()
    assert {asked: does(world, row.name, *asked) for asked in row.bad} == dict.fromkeys(row.bad, Result.BAD_PARAMETER)
    assert (world.desk.all_agents(), world.desk.all_calls()) == before


@ROWS
def test_an_action_for_somebody_who_is_not_there_says_so_and_changes_nothing(row):
    world = copied(told(row.somewhere))
    before = world.desk.all_agents(), world.desk.all_calls()
    assert {asked: does(world, row.name, *asked) for asked in row.dead} == dict(row.dead)
    assert (world.desk.all_agents(), world.desk.all_calls()) == before


@ROWS
def test_nobody_acts_who_is_signed_out_or_on_another_page(row):
    world = copied(told(ready))
    assert does(world, row.name, row.i_param, row.s_param, socket="another") == Result.SIGNED_IN_ELSEWHERE
    assert does(world, "signOut", request="leaves") == Result.ACCEPTED
    assert does(world, row.name, row.i_param, row.s_param) == Result.NOT_SIGNED_IN


def test_the_other_return_values_are_reached_where_no_parameter_leads_to_them():
    world = copied(told(ready))
    assert act(Action(who_is(ME, world), "r", 99), world).code == Result.UNKNOWN_CODE
    assert does(copied(told(ready), Busy), "pause") == Result.TIMED_OUT
    assert [does(world, "reset", request=f"r{number}") for number in range(7)][-1] == Result.RATE_LIMITED
