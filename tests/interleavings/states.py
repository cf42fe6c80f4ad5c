"""How far a call has come when handlers meet, and who can meet there.

A state is built by the use cases themselves, undisturbed. Its parts are what may come now: what callers, agents and
devices do, and every letter that lies on the agenda of this moment: callbacks, stream rows, timers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.core.agents.agent import AgentState
from chalicelib.core.calls.call import CUSTOMER, Call, Direction
from chalicelib.core.calls.parties import Role
from chalicelib.core.calls.takes import Taking
from chalicelib.core.carrier.events import (
    CallArrived,
    LegAnswered,
    LegEnded,
    ParticipantJoined,
    TurnTaken,
)
from chalicelib.core.told.notices import Timer
from chalicelib.usecases.hello import hello
from chalicelib.usecases.issue_ticket import issue_ticket
from chalicelib.usecases.open_socket import open_socket
from chalicelib.usecases.prove import prove_session
from chalicelib.usecases.sign_in import sign_in_by_password
from tests.fakes.carrier import At, Line, Silence, asked_of
from tests.fakes.centre import CALLER, NUMBER
from tests.interleavings.stage import CALL, CALLBACK_MS, Letter, Stage

AGENT, SECOND, SUPERVISOR = "100", "101", "200"
SEAT = 1
MONITOR, INTERCEPT, EMERGENCY, STOP, TO_MONITOR, TO_BARGE_IN, TO_WHISPER = 1, 2, 4, 11, 14, 15, 16
TO_PAUSE, TO_READY, TO_SIGN_OUT = 8, 9, 10
OUTSIDE = "13900139000"
OTHER_CALL = CALL[:-1] + "1"
ANSWER, HANG_UP, HOLD, RETRIEVE, CALL_OUT, PAUSE, RESUME, TO_AUTOMATIC, WRAP_UP = 1, 2, 3, 4, 7, 9, 10, 11, 25
SET_TAGS, RECORDING, SURVEY, PICK_UP, SIGN_OUT, RESET = 26, 27, 28, 30, 32, 34
COME_BACK, SHORT_FLOW = 1, "echo"
TRANSFER, CONSULT, COMPLETE, CONFER, CANCEL, SWAP, MUTE = 5, 6, 20, 21, 22, 23, 24
TO_AGENT, TO_NUMBER, TO_QUEUE, TO_FLOW = 2, 3, 4, 5
MENU = "freight-waybill"
FINISH = 1


@dataclass(frozen=True, slots=True)
class Part:
    """What one handler is about: a letter that comes, or something that happens and the letter that tells of it.

    What happens (`fact`) is told by more than one callback at times: `tells` is the one in this handler's hand, and
    the others come later.
    """

    name: str
    letter: Letter | None = None
    fact: Callable[[Stage], None] | None = None
    tells: type | None = None

    def happens(self, stage: Stage) -> Letter | None:
        """Let it happen, and give the letter that this handler has in hand; None when nothing came of it."""
        assert self.fact
        caught = stage.catches(self.fact)
        mine = next((letter for letter in caught if self.tells in (None, type(letter.what[0]))), None)
        for letter in caught:
            if letter is not mine:
                stage.posts(letter, CALLBACK_MS)
        return mine


State = Callable[[Stage], None]


def signs_in(stage: Stage, agent: str) -> None:
    """An agent comes to their page, and pauses."""
    session = sign_in_by_password(agent, f"icall-{agent}", None, stage.world)
    ticket, _ = issue_ticket(prove_session(session.token, stage.world), stage.world)
    stage.pages.frames[socket_of(agent)] = frozenset()
    open_socket(socket_of(agent), ticket, stage.world)
    hello(socket_of(agent), "1", 0, 0, stage.world)
    stage.tokens[agent] = session.token
    stage.passes(1)


def socket_of(agent: str) -> str:
    return f"socket-{agent}"


def does(stage: Stage, act: int, i_param: int = 0, s_param: str = "", agent: str = AGENT) -> None:
    """An agent does something on their page, which is done at once; what follows lies on the agenda."""
    stage.handles(_request(act, i_param, s_param, agent, f"before-{stage.numbers}"), stage.world)


def _request(act: int, i_param: int, s_param: str, agent: str, name: str) -> Letter:
    return Letter("a page's request", (agent, f"{name}-{act}", act, i_param, s_param, socket_of(agent)))


def staffed(stage: Stage) -> None:
    signs_in(stage, AGENT)
    does(stage, RESUME)
    stage.passes(1)


def calls_in(stage: Stage, call: str = CALL) -> None:
    stage.carrier.rings_in(call, CALLER, NUMBER)
    stage.passes(1)


def wants_a_person(stage: Stage, call: str = CALL) -> None:
    """The caller presses 0, and the turn is taken at once; what follows lies on the agenda."""
    line = stage.carrier.line(call, CUSTOMER)
    assert line
    (letter,) = stage.catches(lambda stage: stage.carrier.presses(line.sid, "0"))
    stage.handles(letter, stage.world)


def arriving(stage: Stage) -> None:
    staffed(stage)
    stage.carrier.rings_in(CALL, CALLER, NUMBER)


def in_the_menu(stage: Stage) -> None:
    staffed(stage)
    calls_in(stage)


def waiting(stage: Stage) -> None:
    signs_in(stage, AGENT)
    calls_in(stage)
    wants_a_person(stage)
    stage.passes(1)


def waiting_for_two(stage: Stage) -> None:
    signs_in(stage, SECOND)
    waiting(stage)


def two_waiting(stage: Stage) -> None:
    waiting(stage)
    calls_in(stage, OTHER_CALL)
    wants_a_person(stage, OTHER_CALL)
    stage.passes(1)


def just_offered(stage: Stage) -> None:
    in_the_menu(stage)
    wants_a_person(stage)


def ringing(stage: Stage) -> None:
    just_offered(stage)
    stage.passes(1)


def ringing_with_another(stage: Stage) -> None:
    signs_in(stage, SECOND)
    ringing(stage)
    does(stage, RESUME, agent=SECOND)
    stage.passes(1)


def taken_by_another(stage: Stage) -> None:
    """What rang at the agent rings at who has picked it up."""
    ringing_with_another(stage)
    does(stage, PICK_UP, agent=SECOND)
    stage.passes(1)


def taken_by_another_untold(stage: Stage) -> None:
    taken_by_another(stage)
    stage.carrier.picks_up(line_of(stage, SECOND).sid)


def at_the_time_out(stage: Stage) -> None:
    ringing(stage)
    reaches(stage, "ring")


def accepted(stage: Stage) -> None:
    ringing(stage)
    does(stage, ANSWER)
    stage.passes(1)


def picked_up_untold(stage: Stage) -> None:
    accepted(stage)
    stage.carrier.picks_up(agents_line(stage).sid)


def picked_up_and_put_down_untold(stage: Stage) -> None:
    picked_up_untold(stage)
    stage.carrier.puts_down(agents_line(stage).sid)


def picked_up_while_the_caller_left_untold(stage: Stage) -> None:
    picked_up_untold(stage)
    stage.carrier.puts_down(customers_line(stage).sid)


def offered_again(stage: Stage) -> None:
    """The first agent's device declined, and that news is still to come twice; it rings at the second."""
    signs_in(stage, SECOND)
    ringing(stage)
    does(stage, RESUME, agent=SECOND)
    stage.passes(1)
    stage.carrier.puts_down(agents_line(stage).sid)
    late = stage.agenda[0][2]
    stage.passes(1)
    stage.posts(late, CALLBACK_MS)


def talking(stage: Stage) -> None:
    picked_up_untold(stage)
    stage.passes(2)


def just_talking(stage: Stage) -> None:
    """The answer is told and stored; the carrier's other callbacks and the stream are still to come."""
    picked_up_untold(stage)
    _takes_first(stage, LegAnswered)


def held(stage: Stage) -> None:
    talking(stage)
    does(stage, HOLD)
    stage.passes(1)


def just_held(stage: Stage) -> None:
    talking(stage)
    does(stage, HOLD)


def recording_paused(stage: Stage) -> None:
    talking(stage)
    does(stage, RECORDING, 2)
    stage.passes(1)


def recorded_once_more(stage: Stage) -> None:
    """The first recording was stopped; the one that runs is that of the customer's leg."""
    talking(stage)
    for i_param in (0, 1):
        does(stage, RECORDING, i_param)
        stage.passes(1)


def recording_stopped(stage: Stage) -> None:
    talking(stage)
    does(stage, RECORDING, 0)
    stage.passes(1)


def beside_a_supervisor(stage: Stage) -> None:
    signs_in(stage, SUPERVISOR)
    talking(stage)


def control_rings(stage: Stage) -> None:
    """A supervisor's telephone rings, for them to hear the agent's talk."""
    beside_a_supervisor(stage)
    stage.handles(_control(MONITOR, "before"), stage.world)
    stage.passes(1)


def supervised(stage: Stage) -> None:
    control_rings(stage)
    stage.carrier.picks_up(supervisors_line(stage).sid)
    stage.passes(1)


def urgent_while_the_agent_is_lost(stage: Stage) -> None:
    """The supervisor's telephone rings to be heard by an agent who is away by now."""
    beside_a_supervisor(stage)
    stage.handles(_control(EMERGENCY, "before"), stage.world)
    stage.passes(1)
    stage.carrier.puts_down(agents_line(stage).sid)
    stage.passes(1)


def whispering(stage: Stage) -> None:
    supervised(stage)
    stage.handles(_control(TO_WHISPER, "before"), stage.world)
    stage.passes(1)


def lost(stage: Stage) -> None:
    talking(stage)
    stage.carrier.puts_down(agents_line(stage).sid)
    stage.passes(1)


def lost_for_long(stage: Stage) -> None:
    lost(stage)
    reaches(stage, "recovery")


def rung_back(stage: Stage) -> None:
    lost(stage)
    does(stage, ANSWER)
    stage.passes(1)


def back_untold(stage: Stage) -> None:
    rung_back(stage)
    stage.carrier.picks_up(agents_line(stage).sid)


def just_sent_into_a_flow(stage: Stage) -> None:
    talking(stage)
    does(stage, TO_AUTOMATIC, COME_BACK, SHORT_FLOW)


def in_a_flow(stage: Stage) -> None:
    just_sent_into_a_flow(stage)
    stage.passes(1)


def in_a_flow_and_the_agent_lost(stage: Stage) -> None:
    in_a_flow(stage)
    stage.carrier.puts_down(agents_line(stage).sid)
    stage.passes(1)


def back_from_a_flow_untold(stage: Stage) -> None:
    """The customer's last entry is told; the carrier has not brought them back yet."""
    in_a_flow(stage)
    stage.carrier.presses(customers_line(stage).sid, "0")


def dialling(stage: Stage) -> None:
    staffed(stage)
    does(stage, CALL_OUT, 3, OUTSIDE)
    stage.passes(1)


def own_device_untold(stage: Stage) -> None:
    dialling(stage)
    stage.carrier.picks_up(agents_line(stage).sid)


def outside_rings(stage: Stage) -> None:
    own_device_untold(stage)
    stage.passes(1)


def outside_answered_untold(stage: Stage) -> None:
    outside_rings(stage)
    stage.carrier.picks_up(customers_line(stage).sid)


def outside_answered_and_left_untold(stage: Stage) -> None:
    outside_answered_untold(stage)
    stage.carrier.puts_down(customers_line(stage).sid)


def talking_outside(stage: Stage) -> None:
    outside_answered_untold(stage)
    stage.passes(1)


def wrapping_up(stage: Stage) -> None:
    talking(stage)
    stage.carrier.puts_down(customers_line(stage).sid)
    stage.passes(1)


def wrapping_up_while_another_waits(stage: Stage) -> None:
    wrapping_up(stage)
    calls_in(stage, OTHER_CALL)
    wants_a_person(stage, OTHER_CALL)
    stage.passes(1)


def wrapped_up_long_enough(stage: Stage) -> None:
    wrapping_up_while_another_waits(stage)
    reaches(stage, "wrap-up")


def page_gone_for_long(stage: Stage) -> None:
    staffed(stage)
    calls_in(stage)
    stage.handles(Letter("a lost socket", socket_of(AGENT)), stage.world)
    stage.passes(1)
    reaches(stage, "seat")


def with_a_colleague(stage: Stage) -> None:
    """They talk, and a colleague is ready."""
    talking(stage)
    signs_in(stage, SECOND)
    does(stage, RESUME, agent=SECOND)
    stage.passes(1)


def third_rings(stage: Stage) -> None:
    with_a_colleague(stage)
    does(stage, CONSULT, TO_AGENT, SECOND)
    stage.passes(1)


def third_has_rung_long_enough(stage: Stage) -> None:
    third_rings(stage)
    reaches(stage, "ring")


def third_untold(stage: Stage) -> None:
    third_rings(stage)
    stage.carrier.picks_up(line_of(stage, SECOND).sid)


def third_there(stage: Stage) -> None:
    third_untold(stage)
    stage.passes(1)


def swapped(stage: Stage) -> None:
    third_there(stage)
    does(stage, SWAP)
    stage.passes(1)


def just_swapped(stage: Stage) -> None:
    third_there(stage)
    does(stage, SWAP)


def three_talk(stage: Stage) -> None:
    third_there(stage)
    does(stage, CONFER)
    stage.passes(1)


def lost_in_consultation(stage: Stage) -> None:
    third_there(stage)
    stage.carrier.puts_down(line_of(stage, AGENT).sid)
    stage.passes(1)


def given_away(stage: Stage) -> None:
    with_a_colleague(stage)
    does(stage, TRANSFER, TO_AGENT, SECOND)
    stage.passes(1)


def just_given_away(stage: Stage) -> None:
    with_a_colleague(stage)
    does(stage, TRANSFER, TO_AGENT, SECOND)


def given_away_untold(stage: Stage) -> None:
    given_away(stage)
    stage.carrier.picks_up(line_of(stage, SECOND).sid)


def coming_back(stage: Stage) -> None:
    given_away(stage)
    does(stage, HANG_UP, agent=SECOND)
    stage.passes(1)


def stranger_rings(stage: Stage) -> None:
    talking(stage)
    does(stage, CONSULT, TO_NUMBER, OUTSIDE)
    stage.passes(1)


def stranger_untold(stage: Stage) -> None:
    stranger_rings(stage)
    stage.carrier.picks_up(line_of(stage, "").sid)


def given_to_a_stranger(stage: Stage) -> None:
    talking(stage)
    does(stage, TRANSFER, TO_NUMBER, OUTSIDE)
    stage.passes(1)


def left_alone(stage: Stage) -> None:
    stranger_untold(stage)
    stage.passes(1)
    does(stage, COMPLETE)
    stage.passes(1)


def colleague_rings(stage: Stage) -> None:
    staffed(stage)
    signs_in(stage, SECOND)
    does(stage, RESUME, agent=SECOND)
    does(stage, CALL_OUT, TO_AGENT, SECOND)
    stage.passes(1)
    stage.carrier.picks_up(line_of(stage, AGENT).sid)
    stage.passes(1)


def colleague_untold(stage: Stage) -> None:
    colleague_rings(stage)
    stage.carrier.picks_up(line_of(stage, SECOND).sid)


def colleagues_talk(stage: Stage) -> None:
    colleague_untold(stage)
    stage.passes(1)


def flow_rings(stage: Stage) -> None:
    """An agent calls a flow, and their own device rings."""
    staffed(stage)
    does(stage, CALL_OUT, TO_FLOW, MENU)
    stage.passes(1)


def flow_untold(stage: Stage) -> None:
    flow_rings(stage)
    stage.carrier.picks_up(customers_line(stage).sid)


def flow_called(stage: Stage) -> None:
    flow_untold(stage)
    stage.passes(1)


def flow_led_to_a_colleague(stage: Stage) -> None:
    flow_called(stage)
    signs_in(stage, SECOND)
    does(stage, RESUME, agent=SECOND)
    wants_a_person(stage, the_call(stage).id)
    stage.passes(1)


def colleague_serves_untold(stage: Stage) -> None:
    flow_led_to_a_colleague(stage)
    stage.carrier.picks_up(line_of(stage, SECOND).sid)


def colleague_serves(stage: Stage) -> None:
    colleague_serves_untold(stage)
    stage.passes(2)


STATES: Mapping[str, State] = {
    "a call arrives": arriving,
    "a caller is in the menu": in_the_menu,
    "a caller waits": waiting,
    "a caller waits and two agents pause": waiting_for_two,
    "two callers wait": two_waiting,
    "a call has just been offered": just_offered,
    "a call rings": ringing,
    "a call rings and another agent is ready": ringing_with_another,
    "what rings is picked up by another agent": taken_by_another,
    "another agent's device was picked up for it": taken_by_another_untold,
    "a call has rung long enough": at_the_time_out,
    "an agent has said yes": accepted,
    "an agent's device was picked up": picked_up_untold,
    "an agent's device was picked up and put down": picked_up_and_put_down_untold,
    "an agent's device was picked up when the caller left": picked_up_while_the_caller_left_untold,
    "a call is offered again": offered_again,
    "a talk has just begun": just_talking,
    "they talk": talking,
    "the caller has just been held": just_held,
    "the caller is held": held,
    "the recording is paused": recording_paused,
    "the recording is stopped": recording_stopped,
    "another recording runs": recorded_once_more,
    "they talk and a supervisor is there": beside_a_supervisor,
    "an offer of control rings": control_rings,
    "a supervisor listens": supervised,
    "a supervisor whispers": whispering,
    "a supervisor calls urgently an agent whose browser is lost": urgent_while_the_agent_is_lost,
    "the agent's browser is lost": lost,
    "the agent's browser is lost for long": lost_for_long,
    "the agent's new browser rings": rung_back,
    "the agent's new browser was picked up": back_untold,
    "a customer has just been sent into a flow": just_sent_into_a_flow,
    "a customer is in a flow": in_a_flow,
    "a customer is in a flow, and the agent's browser is lost": in_a_flow_and_the_agent_lost,
    "a customer comes to the end of a flow": back_from_a_flow_untold,
    "an agent calls out": dialling,
    "an agent who calls out was picked up": own_device_untold,
    "a number outside rings": outside_rings,
    "a number outside was picked up": outside_answered_untold,
    "a number outside was picked up and put down": outside_answered_and_left_untold,
    "they talk, called by the agent": talking_outside,
    "an agent wraps up": wrapping_up,
    "an agent wraps up while another caller waits": wrapping_up_while_another_waits,
    "an agent has wrapped up long enough": wrapped_up_long_enough,
    "an agent's page is gone for long": page_gone_for_long,
    "they talk and a colleague is ready": with_a_colleague,
    "a colleague is asked": third_rings,
    "a colleague who is asked has rung long enough": third_has_rung_long_enough,
    "a colleague who is asked was picked up": third_untold,
    "a colleague is consulted": third_there,
    "the sides have just been swapped": just_swapped,
    "the sides are swapped": swapped,
    "three talk": three_talk,
    "the agent's browser is lost in a consultation": lost_in_consultation,
    "a customer has just been given away": just_given_away,
    "a customer is given away": given_away,
    "a customer is given away and the colleague was picked up": given_away_untold,
    "a customer comes back": coming_back,
    "a stranger is asked": stranger_rings,
    "a stranger who is asked was picked up": stranger_untold,
    "a customer is given to a stranger": given_to_a_stranger,
    "people outside are left alone": left_alone,
    "a colleague is called": colleague_rings,
    "a colleague who is called was picked up": colleague_untold,
    "colleagues talk": colleagues_talk,
    "a flow is called": flow_rings,
    "who calls a flow was picked up": flow_untold,
    "an agent is in a flow": flow_called,
    "a flow leads an agent to a colleague": flow_led_to_a_colleague,
    "a colleague who serves an agent was picked up": colleague_serves_untold,
    "a colleague serves an agent": colleague_serves,
}


def reaches(stage: Stage, timer: str) -> None:
    """Let time pass to the very moment at which this timer falls due; it lies on the agenda, undone."""
    due = next(
        when for when, _, letter in sorted(stage.agenda, key=lambda entry: entry[:2]) if _is_timer(letter, timer)
    )
    stage.passes((due - 1 - stage.clock.ms) / 1000)
    stage.clock.ms = due


def _is_timer(letter: Letter, kind: str) -> bool:
    return isinstance(letter.what, Timer) and letter.what.kind.value == kind


def _takes_first(stage: Stage, kind: type) -> None:
    entry = next(entry for entry in stage.agenda if entry[2].kind == "a webhook" and isinstance(entry[2].what[0], kind))
    stage.agenda.remove(entry)
    stage.handles(entry[2], stage.world)


def agents_line(stage: Stage) -> Line:
    return next(line for line in stage.carrier.live_lines() if line.leg != CUSTOMER)


def line_of(stage: Stage, agent: str) -> Line:
    """Give an agent's line, or (of nobody) that of a stranger."""
    parties = the_call(stage).live_parties()
    legs = [party.id for party in parties if party.agent == agent and party.id != CUSTOMER]
    return next(line for line in stage.carrier.live_lines() if line.leg in legs)


def the_call(stage: Stage) -> Call:
    (call,) = stage.desk.all_calls()
    return call


def supervisors_line(stage: Stage) -> Line:
    return [line for line in stage.carrier.live_lines() if line.leg != CUSTOMER][-1]


def customers_line(stage: Stage) -> Line:
    return next(line for line in stage.carrier.live_lines() if line.leg == CUSTOMER)


def parts(stage: Stage) -> list[Part]:
    """Give everything that may come in the stage's present state."""
    return [
        *_of_the_agenda(stage),
        *_of_the_lines(stage),
        *_of_the_pages(stage),
        Part("the sweeper comes", Letter("the sweeper", "")),
    ]


def _of_the_agenda(stage: Stage) -> Iterator[Part]:
    names: dict[str, int] = {}
    for when, _, letter in sorted(stage.agenda, key=lambda entry: entry[:2]):
        if when > stage.clock.ms + 1000 or letter.kind == "time":
            continue
        what = letter.what[0] if letter.kind == "a webhook" else letter.what
        name = f"{_COMES[letter.kind]} {_name(stage, what)}"
        names[name] = names.get(name, 0) + 1
        yield Part(name + (f" ({names[name]})" if names[name] > 1 else ""), letter)


_COMES = {
    "a webhook": "the carrier tells",
    "a stream row": "the stream shows",
    "a message": "the timer comes:",
    "the sweeper": "the sweeper",
}


def _name(stage: Stage, what: object) -> str:
    if isinstance(what, Timer):
        return what.kind.value
    kind = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in type(what).__name__).strip()
    leg = getattr(what, "leg", "")
    if not leg:
        return kind
    return f"{kind} of {'the customer' if leg == CUSTOMER else _whose(leg, stage.desk.call(getattr(what, 'call', '')))}"


def _whose(leg: str, call: Call | None) -> str:
    """Say whose leg it is that is not the customer's."""
    party = call.parties.get(leg) if call else None
    if party is None or party.agent == AGENT:
        return "the agent"
    if party.role is Role.SUPERVISOR:
        return "the supervisor"
    return "the colleague" if party.agent else "the stranger"


def _of_the_lines(stage: Stage) -> Iterator[Part]:
    for line in stage.carrier.live_lines():
        known = stage.desk.call(line.call)
        who = _who(line, known)
        yield from _of_a_line(stage, line, who, known)


def _who(line: Line, call: Call | None) -> str:
    if line.leg != CUSTOMER:
        return f"{_whose(line.leg, call)}'s device"
    if call and call.direction is Direction.OUTBOUND:
        return "the number outside"
    return "the other caller" if line.call == OTHER_CALL else "the caller"


def _of_a_line(stage: Stage, line: Line, who: str, call: Call | None) -> Iterator[Part]:
    sid = line.sid
    if line.at is At.RINGING:
        yield Part(f"{who} is picked up", fact=lambda stage: stage.carrier.picks_up(sid), tells=LegAnswered)
        yield Part(f"{who} joins", fact=lambda stage: stage.carrier.picks_up(sid), tells=ParticipantJoined)
        yield Part(f"{who} declines", fact=lambda stage: stage.carrier.puts_down(sid), tells=LegEnded)
    else:
        yield Part(f"{who} hangs up", fact=lambda stage: stage.carrier.puts_down(sid), tells=LegEnded)
    if line.at is At.SCRIPT and line.token:
        asked = line.asked
        silent = Silence(sid, asked)
        yield Part(f"{who} presses 0", fact=lambda stage: stage.carrier.presses(sid, "0"), tells=TurnTaken)
        yield Part(f"{who}'s turn comes", fact=lambda stage: stage.carrier.happens(silent), tells=TurnTaken)
        again = TurnTaken(line.call, line.token, "")
        yield Part(
            f"{who}'s turn comes though nobody asks", Letter("a webhook", (again, asked_of(stage.carrier, again)))
        )
    if line.leg == CUSTOMER and call and call.direction is Direction.INBOUND:
        arrival = CallArrived(call.id, sid, call.caller, call.called)
        yield Part(f"{who} arrives once more", Letter("a webhook", (arrival, None)))


_ACTIONS: Mapping[str, tuple[int, int, str]] = {
    "answers": (ANSWER, 0, ""),
    "ends the call": (HANG_UP, 0, ""),
    "holds": (HOLD, 0, ""),
    "retrieves": (RETRIEVE, 0, ""),
    "sends the customer into a flow": (TO_AUTOMATIC, COME_BACK, SHORT_FLOW),
    "calls out": (CALL_OUT, 3, OUTSIDE),
    "pauses": (PAUSE, 1, ""),
    "resumes": (RESUME, 0, ""),
    "finishes": (WRAP_UP, FINISH, "solved"),
    "asks the colleague": (CONSULT, TO_AGENT, SECOND),
    "gives the customer to the colleague": (TRANSFER, TO_AGENT, SECOND),
    "gives the customer to the queue": (TRANSFER, TO_QUEUE, "service"),
    "calls the colleague": (CALL_OUT, TO_AGENT, SECOND),
    "swaps": (SWAP, 0, ""),
    "completes": (COMPLETE, 0, ""),
    "brings all together": (CONFER, 0, ""),
    "calls it off": (CANCEL, 0, ""),
    "mutes": (MUTE, 1, ""),
    "pauses the recording": (RECORDING, 2, ""),
    "resumes the recording": (RECORDING, 3, ""),
    "stops the recording": (RECORDING, 0, ""),
    "starts the recording": (RECORDING, 1, ""),
    "tags the call": (SET_TAGS, 0, "ORDER:42"),
    "sends the customer to a survey": (SURVEY, 0, SHORT_FLOW),
    "picks up what rings": (PICK_UP, 0, ""),
}
_DONE_TO_THE_RECORDING: Mapping[Taking, tuple[str, ...]] = {
    Taking.ON: ("pauses the recording", "resumes the recording"),
    Taking.PAUSED: ("resumes the recording", "stops the recording"),
    Taking.STOPPED: ("starts the recording", "stops the recording"),
}
_DONE_WHILE: Mapping[AgentState, tuple[str, ...]] = {
    AgentState.READY: ("calls out", "pauses"),
    AgentState.PAUSED: ("resumes", "calls out"),
    AgentState.RINGING: ("answers", "ends the call", "pauses"),
    AgentState.DIALLING: ("ends the call", "pauses"),
    AgentState.TALKING: (
        "answers",
        "ends the call",
        "holds",
        "retrieves",
        "pauses",
        "sends the customer into a flow",
        "sends the customer to a survey",
        "tags the call",
    ),
    AgentState.RESERVED: ("answers", "ends the call", "retrieves", "pauses"),
    AgentState.HOLDING: ("answers", "ends the call", "holds", "retrieves", "pauses"),
    AgentState.CONSULTING: ("swaps", "completes", "brings all together", "calls it off", "ends the call"),
    AgentState.CONFERENCE: ("ends the call", "holds", "mutes"),
    AgentState.MONITORING: ("ends the call",),
    AgentState.WRAP_UP: ("finishes", "resumes", "pauses", "calls out"),
}
_DONE_BESIDE_A_COLLEAGUE: Mapping[AgentState, tuple[str, ...]] = {
    AgentState.READY: ("calls the colleague",),
    AgentState.TALKING: (
        "asks the colleague",
        "gives the customer to the colleague",
        "gives the customer to the queue",
    ),
    AgentState.HOLDING: ("asks the colleague",),
}
"""Where there is more than one agent, and the other is ready."""


_CONTROLS: Mapping[str, int] = {
    "monitors": MONITOR,
    "takes over": INTERCEPT,
    "calls urgently": EMERGENCY,
    "stops": STOP,
    "whispers": TO_WHISPER,
    "only listens": TO_MONITOR,
    "barges in": TO_BARGE_IN,
    "has the agent pause": TO_PAUSE,
    "has the agent ready": TO_READY,
    "has the agent signed out": TO_SIGN_OUT,
}
_CONTROLLED_WHILE: Mapping[AgentState, tuple[str, ...]] = {
    AgentState.PAUSED: (
        "monitors",
        "takes over",
        "calls urgently",
        "has the agent pause",
        "has the agent ready",
        "has the agent signed out",
    ),
    AgentState.RINGING: ("stops",),
    AgentState.MONITORING: ("stops", "only listens", "whispers", "barges in", "takes over", "calls urgently"),
}


def _control(control: int, name: str) -> Letter:
    asked = (SUPERVISOR, f"{name}-{control}", SEAT, control, socket_of(SUPERVISOR))
    return Letter("a page's control", asked)


def lost_news(stage: Stage) -> list[Part]:
    """Give what happens in the stage's present state without anybody ever telling."""
    return [
        Part(f"{_who(line, stage.desk.call(line.call))} hangs up, and nobody tells", fact=_unheard(line.sid))
        for line in stage.carrier.live_lines()
    ]


def _unheard(sid: str) -> Callable[[Stage], None]:
    def hangs_up(stage: Stage) -> None:
        stage.carrier.puts_down(sid)
        stage.untold, stage.lost = [], stage.lost + 1

    return hangs_up


def _rings_elsewhere(stage: Stage, agent_id: str) -> bool:
    return any(other.state is AgentState.RINGING and other.id != agent_id for other in stage.desk.all_agents())


def _of_the_pages(stage: Stage) -> Iterator[Part]:
    for agent in stage.desk.all_agents():
        who = {AGENT: "the agent", SUPERVISOR: "the supervisor"}.get(agent.id, "another agent")
        for what in _CONTROLLED_WHILE.get(agent.state, ()) if agent.id == SUPERVISOR else ():
            yield Part(f"{who} {what}", _control(_CONTROLS[what], "now"))
        done = _DONE_WHILE.get(agent.state, ())
        if agent.id == AGENT and any(other.id == SECOND and other.routable for other in stage.desk.all_agents()):
            done += _DONE_BESIDE_A_COLLEAGUE.get(agent.state, ())
        if agent.state is AgentState.READY and _rings_elsewhere(stage, agent.id):
            done += ("picks up what rings",)
        for what in done:
            act, i_param, s_param = _ACTIONS[what]
            yield Part(f"{who} {what}", _request(act, i_param, s_param, agent.id, "now"))
        call = stage.desk.call(agent.call) if agent.state is AgentState.TALKING else None
        for what in _DONE_TO_THE_RECORDING[call.taking] if call else ():
            act, i_param, s_param = _ACTIONS[what]
            yield Part(f"{who} {what}", _request(act, i_param, s_param, agent.id, "now"))
        if agent.id != AGENT:
            continue
        if agent.connected:
            yield Part(f"{who}'s page is lost", Letter("a lost socket", socket_of(agent.id)))
        back = (socket_of(agent.id), "1", agent.epoch, agent.seq)
        yield Part(f"{who}'s page says hello", Letter("a hello", back))
        yield Part(f"{who} signs out", Letter("a sign-out", stage.tokens[agent.id]))
        yield Part(f"{who} leaves after this call", _request(SIGN_OUT, 1, "", agent.id, "now"))
        yield Part(f"{who} has their state put right", _request(RESET, 0, "", agent.id, "now"))
        yield Part(f"{who} is removed", Letter("a dismissal", agent.id))
