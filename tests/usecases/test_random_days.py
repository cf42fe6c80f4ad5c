"""Random days: callers, agents, time and mishaps in any order; the invariants hold, and every day ends well."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.core.agents.agent import IN_TALK
from chalicelib.core.agents.control_codes import CONTROL_CODES
from local.carrier.faults import RestFault, WebhookFault
from local.carrier.handle import CallHandle
from tests.fakes.centre import Centre, Page
from tests.fakes.mortality import Fate
from tests.fakes.scenes import all_is_over, goes_home, is_online, works
from tests.invariants import check_all, somebody_waits_beside_a_ready_agent

STAFF = ("100", "101", "102", "200")
OUTSIDE = "+8613900139000"
MOST_CALLERS = 5
AGENTS = st.sampled_from(STAFF)
SECONDS = st.sampled_from([0.1, 0.5, 2.0, 8.0, 21.0, 40.0, 70.0])
KEYS = st.sampled_from(["0", "1", "2", "6012345678#", "#", "9", "880001", "246810"])
FLOWS = st.sampled_from(["echo", "service-authentication", "freight-waybill"])
ANSWER, HANG_UP, HOLD, RETRIEVE, CALL, KEYS_SENT, PAUSE, RESUME, WRAP_UP = 1, 2, 3, 4, 7, 8, 9, 10, 25
TRANSFER, CONSULT, COMPLETE, CONFER, CANCEL, SWAP, MUTE = 5, 6, 20, 21, 22, 23, 24
TO_AUTOMATIC, RECORDING = 11, 27
ACTIONS = st.sampled_from([ANSWER, HANG_UP, HOLD, RETRIEVE, PAUSE, RESUME, RESUME, WRAP_UP])
MOVES = st.sampled_from([COMPLETE, CONFER, CANCEL, SWAP, SWAP, MUTE])
AGENT = 2
TARGETS = st.sampled_from(
    [*((AGENT, agent) for agent in STAFF), (3, OUTSIDE), (4, "service"), (4, "vip"), (5, "freight-waybill")]
)
ASKING = st.sampled_from([CONSULT, CONSULT, TRANSFER, CALL])
SET_TAGS, SURVEY, PICK_UP, SIGN_OUT, NEXT_STATE, RESET, SYNCHRONISE = 26, 28, 30, 32, 33, 34, 35
BESIDES = st.sampled_from(
    [
        (SET_TAGS, 0, "ORDER:42"),
        (SET_TAGS, 1, "TOPIC:parcel"),
        (SURVEY, 0, "echo"),
        (PICK_UP, 0, ""),
        (SIGN_OUT, 1, ""),
        (NEXT_STATE, 16, "meal"),
        (RESET, 0, ""),
        (SYNCHRONISE, 0, ""),
    ]
)
SUPERVISOR = "200"
SEATS = st.sampled_from([1, 2, 3])
CONTROLS = st.sampled_from(sorted(CONTROL_CODES))


class Day(RuleBasedStateMachine):
    """A day at the freight company's."""

    def __init__(self) -> None:
        super().__init__()
        self.fate = Fate(counting=True)
        self.centre = Centre(fate=self.fate)
        self.lost = False
        self.pages: dict[str, Page] = {}
        self.callers: list[CallHandle] = []
        self.centre.exchange.device(OUTSIDE)

    @initialize(staff=st.sampled_from([(), ("100", "101"), ("100", "200"), ("102", "101", "200")]))
    def some_talk_already(self, staff):
        for agent in staff:
            self.an_agent_comes_or_comes_back(agent)
            self.pages[agent].does(RESUME)
        if staff:
            self.somebody_calls()
            self.centre.time.advance(8)
            self.callers[0].presses("0")
            self.centre.time.advance(2)
            self.whatever_rings_is_picked_up()
            self.centre.time.advance(2)

    @rule(agent=AGENTS)
    def an_agent_comes_or_comes_back(self, agent):
        page = self.pages.setdefault(agent, self.centre.page(agent))
        works(page)

    @rule(agent=AGENTS, act=ACTIONS)
    def an_agent_does_something(self, agent, act):
        if self._is_online(agent):
            self.pages[agent].does(act, 1 if act == WRAP_UP else 0)

    @rule(agent=AGENTS, act=ASKING, whom=TARGETS)
    def an_agent_turns_to_somebody(self, agent, act, whom):
        if self._is_online(agent):
            self.pages[agent].does(act, *whom)

    @precondition(lambda self: self._engaged())
    @rule(data=st.data(), act=ASKING, whom=TARGETS, picked_up=st.booleans())
    def who_talks_turns_to_somebody_who_is_ready(self, data, act, whom, picked_up):
        self._turns(data.draw(st.sampled_from(self._engaged())), act, whom)
        if picked_up:
            self.centre.time.advance(1)
            self.whatever_rings_is_picked_up()

    @precondition(lambda self: self._engaged())
    @rule(data=st.data(), whom=TARGETS, moves=st.lists(MOVES, max_size=3))
    def who_talks_consults_and_moves_people(self, data, whom, moves):
        agent = data.draw(st.sampled_from(self._engaged()))
        self._turns(agent, CONSULT, whom)
        self.centre.time.advance(1)
        self.whatever_rings_is_picked_up()
        for act in moves:
            self.centre.time.advance(1)
            self._moves(agent, act)

    @precondition(lambda self: self._engaged())
    @rule(data=st.data(), act=MOVES)
    def who_talks_moves_people(self, data, act):
        self._moves(data.draw(st.sampled_from(self._engaged())), act)

    @rule()
    def whatever_rings_is_picked_up(self):
        for agent in STAFF:
            if self.centre.device_of(agent).ringing():
                self.centre.device_of(agent).answer()
        self.the_number_outside_answers()

    @rule(agent=AGENTS, asked=BESIDES)
    def an_agent_asks_for_something_besides(self, agent, asked):
        if self._is_online(agent):
            self.pages[agent].does(*asked)

    @rule(seat=SEATS, control=CONTROLS, picked_up=st.booleans())
    def a_supervisor_controls_somebody(self, seat, control, picked_up):
        self.an_agent_comes_or_comes_back(SUPERVISOR)
        if self._is_online(SUPERVISOR):
            self.pages[SUPERVISOR].controls(seat, control)
        if picked_up:
            self.centre.time.advance(1)
            self.whatever_rings_is_picked_up()

    @rule(agent=AGENTS, what=st.integers(0, 3))
    def an_agent_changes_a_recording(self, agent, what):
        if self._is_online(agent):
            self.pages[agent].does(RECORDING, what)

    @rule(agent=AGENTS)
    def an_agent_calls_out(self, agent):
        if self._is_online(agent):
            self.pages[agent].does(CALL, 3, OUTSIDE.removeprefix("+86"))

    @rule(agent=AGENTS, back=st.booleans(), flow=FLOWS)
    def an_agent_sends_a_customer_into_a_flow(self, agent, back, flow):
        if self._is_online(agent):
            self.pages[agent].does(TO_AUTOMATIC, int(back), flow)

    @rule(agent=AGENTS)
    def a_device_is_picked_up(self, agent):
        for _ in self.centre.device_of(agent).ringing():
            self.centre.device_of(agent).answer()

    @rule(agent=AGENTS)
    def a_device_is_put_down(self, agent):
        self.centre.device_of(agent).hang_up()

    @rule(agent=AGENTS)
    def a_device_declines(self, agent):
        for _ in self.centre.device_of(agent).ringing():
            self.centre.device_of(agent).reject()

    @rule(agent=AGENTS, told=st.booleans())
    def a_socket_is_lost(self, agent, told):
        if agent in self.pages:
            self.pages[agent].loses_its_socket(told=told)

    @rule(agent=AGENTS, keys=KEYS)
    def an_agent_presses_keys(self, agent, keys):
        for leg in self.centre.device_of(agent).talking():
            leg.presses(keys)

    @precondition(lambda self: len(self.callers) < MOST_CALLERS)
    @rule()
    def somebody_calls(self):
        self.callers.append(self.centre.calls(f"1380013800{len(self.callers)}"))

    @precondition(lambda self: self.callers)
    @rule(data=st.data(), keys=KEYS)
    def a_caller_presses(self, data, keys):
        caller = data.draw(st.sampled_from(self.callers))
        if not caller.over:
            caller.presses(keys)

    @precondition(lambda self: self.callers)
    @rule(data=st.data())
    def a_caller_hangs_up(self, data):
        data.draw(st.sampled_from(self.callers)).hang_up()

    @rule()
    def the_number_outside_answers(self):
        outside = self.centre.exchange.known_device(OUTSIDE)
        for _ in outside.ringing():
            outside.answer()

    @rule()
    def the_number_outside_hangs_up(self):
        self.centre.exchange.known_device(OUTSIDE).hang_up()

    @rule(seconds=SECONDS)
    def time_passes(self, seconds):
        self.centre.time.advance(seconds)

    @rule()
    def the_sweeper_comes(self):
        self.centre.sweeps()

    @rule(soon=st.integers(0, 12), after=st.booleans())
    def a_handler_will_die(self, soon, after):
        self.fate.at, self.fate.after, self.fate.struck = len(self.fate.calls) + soon, after, ""

    @rule(kind=st.sampled_from(["status", "conference", "recording"]), delay=st.sampled_from([1.0, 6.0, 20.0]))
    def a_callback_will_be_late(self, kind, delay):
        self.centre.exchange.faults.on_webhook(WebhookFault(kind, delay=delay))

    @rule(kind=st.sampled_from(["voice", "action", "status", "conference", "recording"]))
    def a_webhook_will_come_twice(self, kind):
        self.centre.exchange.faults.on_webhook(WebhookFault(kind, double=True))

    @rule(kind=st.sampled_from(["status", "conference"]))
    def a_callback_will_be_lost(self, kind):
        """A caller who was in their flow, and of whom nobody told, is not looked for: nobody waits for them."""
        self.lost = True
        self.centre.exchange.faults.on_webhook(WebhookFault(kind, lose=True))

    @rule(kind=st.sampled_from(["status", "conference"]))
    def two_callbacks_will_change_places(self, kind):
        self.centre.exchange.faults.on_webhook(WebhookFault(kind, reorder=True))

    @rule(effect=st.sampled_from(["fail-before", "fail-after", "drop-before", "drop-after"]))
    def a_request_to_the_carrier_will_fail(self, effect):
        self.centre.exchange.faults.on_rest(RestFault("POST *", effect))

    @rule(times=st.sampled_from([1, 3, 40]))
    def the_carrier_asks_for_patience(self, times):
        self.centre.exchange.faults.too_many_requests("POST *", times=times)

    @invariant()
    def what_is_stored_agrees(self):
        check_all(self.centre.desk)

    def _turns(self, agent, act, whom):
        kind, name = whom
        if kind == AGENT and name not in self._engaged():
            self.an_agent_comes_or_comes_back(name)
            self.pages[name].does(RESUME)
        self.an_agent_turns_to_somebody(agent, act, whom)

    def _moves(self, agent, act):
        if self._is_online(agent):
            self.pages[agent].does(act, 1 if act == MUTE else 0)

    def _engaged(self):
        """Name the agents who are in a talk."""
        return sorted(agent.id for agent in self.centre.desk.all_agents() if agent.state in IN_TALK)

    def _is_online(self, agent):
        return agent in self.pages and is_online(self.pages[agent])

    def teardown(self):
        self.fate.counting = False
        self.centre.exchange.faults.clear()
        # Long enough for those who look after calls that have been silent for minutes.
        self.centre.settles(420, sweeps=7)
        check_all(self.centre.desk)
        profiles = self.centre.world.catalogue.centre().profiles
        assert list(somebody_waits_beside_a_ready_agent(self.centre.desk, profiles)) == []
        # People outside may talk by themselves for an hour.
        self.centre.exchange.known_device(OUTSIDE).hang_up()
        goes_home(self.centre, list(self.pages.values()) or [self.centre.page("100")])
        check_all(self.centre.desk)
        assert [left for left in all_is_over(self.centre) if not (self.lost and left.endswith(" is flow"))] == []


@pytest.mark.timeout(300)
class TestDays(Day.TestCase):
    settings = settings(
        max_examples=12,
        stateful_step_count=100,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
