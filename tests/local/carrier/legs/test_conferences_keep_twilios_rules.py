import pytest
from product_under_call import CUSTOMER, HOME, HOTLINE, room

from local.carrier.messages import Response

AGENT = "client:agent_100"
OTHER = "sip:agent-101@pbx.test"


@pytest.fixture
def talk(exchange, carrier, product):
    """A customer and an agent in one conference."""
    product.pages |= {"/voice": room(), "/hold": "<Play>/cello.mp3</Play>", "/queue": '<Pause length="600"/>'}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    exchange.device(AGENT)
    status, seat = carrier.add("call-1", AGENT, Label="offer-1", Beep="false")
    assert status == 201
    agent = exchange.device(AGENT).answer()
    exchange.advance(1)
    return customer, agent, seat["conference_sid"]


def update(carrier, conference, participant, **fields):
    return carrier.rest("POST", f"Conferences/{conference}/Participants/{participant}.json", **fields)


def test_a_conference_starts_when_the_second_party_joins(exchange, carrier, product):
    product.pages = {"/voice": room()}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    customer.hears("wait music")
    exchange.advance(1)
    assert product.events() == ["participant-join"]
    (waiting,) = carrier.rest("GET", "Conferences.json", FriendlyName="call-1")[1]["conferences"]
    assert waiting["status"] == "init"
    exchange.device(AGENT, "auto")
    carrier.add("call-1", AGENT, Label="offer-1")
    exchange.advance(5)
    assert product.events() == ["participant-join", "participant-join", "conference-start"]
    (started,) = carrier.rest("GET", "Conferences.json", FriendlyName="call-1", Status="in-progress")[1]["conferences"]
    assert started["sid"] == waiting["sid"]


def test_customer_and_agent_hear_each_other(talk):
    customer, agent, _ = talk
    assert customer.talks_with == [AGENT]
    assert agent.talks_with == [CUSTOMER]
    assert agent.heard_by == [CUSTOMER]


@pytest.mark.parametrize("change", [{"Hold": "true"}, {"Muted": "true"}, {"AnnounceUrl": "https://x.example/a"}])
def test_who_is_still_being_called_can_be_seen_and_not_changed(exchange, carrier, talk, change):
    _, _, conference = talk
    exchange.device(OTHER)
    carrier.add("call-1", OTHER, Label="offer-2")
    exchange.advance(1)
    status, seat = carrier.rest("GET", f"Conferences/{conference}/Participants/offer-2.json")
    assert (status, seat["status"]) == (200, "ringing")
    status, refusal = update(carrier, conference, "offer-2", **change)
    assert (status, refusal["code"]) == (404, 20404)
    exchange.device(OTHER).answer()
    exchange.advance(1)
    assert update(carrier, conference, "offer-2", **change)[0] == 200


def test_a_conference_is_recorded_once_however_many_ask_for_it(exchange, carrier):
    for number, address in enumerate((AGENT, OTHER, "client:agent_200"), 1):
        exchange.device(address, "auto")
        carrier.add("call-1", address, Label=f"offer-{number}", ConferenceRecord="record-from-start")
        exchange.advance(2)
    assert len(exchange.recordings.running()) == 1


def test_a_join_says_who_came_in_and_how(talk, product):
    _, agent, conference = talk
    joined = product.sent("/callbacks/room")[1]
    expected = {
        "ConferenceSid": conference,
        "FriendlyName": "call-1",
        "StatusCallbackEvent": "participant-join",
        "SequenceNumber": "2",
        "CallSid": agent.sid,
        "ParticipantLabel": "offer-1",
        "Muted": "false",
        "Hold": "false",
        "Coaching": "false",
        "EndConferenceOnExit": "false",
        "StartConferenceOnEnter": "true",
    }
    assert expected.items() <= joined.items()


def test_the_customer_on_hold_hears_music_and_nobody_else(exchange, carrier, product, talk):
    customer, agent, conference = talk
    status, seat = update(carrier, conference, "customer", Hold="true", HoldUrl=f"{HOME}/hold")
    assert (status, seat["hold"]) == (200, True)
    customer.hears("cello")
    assert (customer.on_hold, customer.talks_with, agent.talks_with) == (True, [], [])
    update(carrier, conference, "customer", Hold="false")
    assert (customer.on_hold, customer.talks_with) == (False, [AGENT])
    exchange.advance(0)
    assert product.events()[-2:] == ["participant-hold", "participant-unhold"]


def test_holding_who_is_already_held_is_no_event(exchange, carrier, product, talk):
    _, _, conference = talk
    for _ in range(2):
        update(carrier, conference, "customer", Hold="true")
    exchange.advance(0)
    assert product.events().count("participant-hold") == 1


def test_an_update_needs_the_conferences_sid_not_its_name(carrier, talk):
    status, refusal = update(carrier, "call-1", "customer", Hold="true")
    assert (status, refusal["code"]) == (404, 20404)


def test_a_party_is_addressed_by_label_or_by_call(carrier, talk):
    _, agent, conference = talk
    for key in ("offer-1", agent.sid):
        _, seat = carrier.rest("GET", f"Conferences/{conference}/Participants/{key}.json")
        assert seat["call_sid"] == agent.sid


def test_a_second_party_with_the_same_label_is_refused(carrier, talk):
    status, refusal = carrier.add("call-1", OTHER, Label="offer-1")
    assert (status, refusal["code"]) == (400, 16026)


def test_a_label_in_use_keeps_a_caller_out(exchange, product, talk):
    product.pages["/voice"] = room() + "<Say>Sorry</Say>"
    second = exchange.dial("83366858", HOTLINE)
    second.hears("Sorry")
    assert [error.code for error in exchange.errors] == [16025]


def test_ending_on_exit_cannot_be_changed_while_held(exchange, carrier, product, talk):
    _, _, conference = talk
    update(carrier, conference, "customer", Hold="true")
    _, seat = update(carrier, conference, "customer", EndConferenceOnExit="true")
    assert seat["end_conference_on_exit"] is False
    update(carrier, conference, "customer", Hold="false")
    _, seat = update(carrier, conference, "customer", EndConferenceOnExit="true")
    assert seat["end_conference_on_exit"] is True
    exchange.advance(0)
    assert product.events().count("participant-modify") == 1


def test_only_the_first_joiners_callback_counts(exchange, carrier, product, talk):
    exchange.device(OTHER, "auto")
    carrier.add("call-1", OTHER, ConferenceStatusCallback=f"{HOME}/callbacks/elsewhere")
    exchange.advance(5)
    assert product.sent("/callbacks/elsewhere") == []
    assert product.events().count("participant-join") == 3


def test_the_default_events_are_just_start_and_end(exchange, carrier, product):
    product.pages = {"/voice": '<Dial><Conference statusCallback="/callbacks/room">c</Conference></Dial>'}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    exchange.device(AGENT, "auto")
    exchange.advance(1)
    carrier.add("c", AGENT)
    exchange.advance(5)
    customer.hang_up()
    exchange.device(AGENT).hang_up()
    exchange.run_until_idle()
    assert product.events() == ["conference-start", "conference-end"]


def test_a_redirected_party_leaves_though_it_lives(exchange, carrier, product, talk):
    customer, _, _ = talk
    carrier.rest("POST", f"Calls/{customer.sid}.json", Url=f"{HOME}/queue")
    exchange.advance(1)
    left = product.sent("/callbacks/room")[-1]
    assert (left["StatusCallbackEvent"], left["ReasonParticipantLeft"]) == (
        "participant-leave",
        "participant_updated_via_api",
    )
    assert left["ParticipantCallStatus"] == "in-progress"
    assert customer.state == "in-progress"


def test_the_conference_ends_with_its_last_party(exchange, product, talk):
    customer, agent, _ = talk
    customer.hang_up()
    exchange.advance(1)
    assert agent.state == "in-progress"
    agent.hang_up()
    exchange.run_until_idle()
    assert product.events()[-3:] == ["participant-leave", "participant-leave", "conference-end"]
    ending = product.sent("/callbacks/room")[-1]
    assert (ending["ReasonConferenceEnded"], ending["CallSidEndingConference"]) == ("last-participant-left", agent.sid)


def test_a_held_customer_may_hang_up(exchange, carrier, product, talk):
    customer, _, conference = talk
    update(carrier, conference, "customer", Hold="true")
    customer.hang_up()
    exchange.advance(0)
    left = product.sent("/callbacks/room")[-1]
    assert (left["ReasonParticipantLeft"], left["Hold"]) == ("participant_hung_up", "true")


def test_ending_a_conference_hangs_up_added_parties_and_frees_callers(exchange, carrier, product, talk):
    customer, agent, conference = talk
    product.pages["/voice"] = ""
    status, _ = carrier.rest("POST", f"Conferences/{conference}.json", Status="completed")
    exchange.advance(0)
    assert (status, agent.state, customer.state) == (200, "completed", "completed")
    assert product.sent("/callbacks/room")[-1]["ReasonConferenceEnded"] == "conference-ended-via-api"
    status, _ = carrier.rest("POST", f"Conferences/{conference}.json", Status="completed")
    assert status == 404


def test_after_the_conference_the_callers_document_goes_on(exchange, carrier, product):
    product.pages = {"/voice": '<Dial action="/after"><Conference>c</Conference></Dial>', "/after": "<Say>Bye</Say>"}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    (item,) = carrier.rest("GET", "Conferences.json")[1]["conferences"]
    carrier.rest("POST", f"Conferences/{item['sid']}.json", Status="completed")
    customer.hears("Bye")
    assert product.sent("/after")[0]["DialCallStatus"] == "answered"


def test_a_moderator_who_leaves_ends_it_for_all(exchange, carrier, product, talk):
    customer, agent, conference = talk
    update(carrier, conference, "offer-1", EndConferenceOnExit="true")
    agent.hang_up()
    exchange.run_until_idle()
    assert customer.state == "completed"
    assert product.sent("/callbacks/room")[-1]["ReasonConferenceEnded"] == (
        "participant-with-end-conference-on-exit-left"
    )


def test_a_removed_party_is_hung_up(exchange, carrier, product, talk):
    customer, agent, conference = talk
    status, _ = carrier.rest("DELETE", f"Conferences/{conference}/Participants/offer-1.json")
    exchange.advance(0)
    assert (status, agent.state, customer.state) == (204, "completed", "in-progress")
    status, refusal = update(carrier, conference, "offer-1", Muted="true")
    assert (status, refusal["code"]) == (404, 20404)


def test_a_name_used_again_is_another_conference(exchange, carrier, product, talk):
    customer, agent, first = talk
    customer.hang_up()
    agent.hang_up()
    exchange.run_until_idle()
    _, seat = carrier.add("call-1", AGENT, Label="offer-1")
    assert seat["conference_sid"] != first
    rooms = carrier.rest("GET", "Conferences.json", FriendlyName="call-1")[1]["conferences"]
    assert [item["status"] for item in rooms] == ["init", "completed"]


def test_a_muted_party_hears_but_is_not_heard(exchange, carrier, product, talk):
    customer, agent, conference = talk
    update(carrier, conference, "offer-1", Muted="true")
    assert (customer.talks_with, agent.talks_with) == ([], [CUSTOMER])
    exchange.advance(0)
    assert product.events()[-1] == "participant-mute"


def test_a_whispering_supervisor_is_heard_by_the_agent_alone(exchange, carrier, talk):
    customer, agent, conference = talk
    boss = exchange.device(OTHER)
    carrier.add(conference, OTHER, Label="boss", Coaching="true", CallSidToCoach=agent.sid)
    whispering = boss.answer()
    assert whispering.talks_with == [CUSTOMER, AGENT]
    assert agent.talks_with == [CUSTOMER, OTHER]
    assert customer.talks_with == [AGENT]
    update(carrier, conference, "boss", Coaching="false")
    assert customer.talks_with == [AGENT, OTHER]


def test_who_may_not_start_the_conference_waits_for_who_may(exchange, carrier, product):
    product.pages = {"/voice": room(attributes='startConferenceOnEnter="false" participantLabel="customer"')}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    exchange.device(AGENT, "auto")
    exchange.device(OTHER, "auto")
    exchange.advance(1)
    carrier.add("call-1", AGENT, StartConferenceOnEnter="false")
    exchange.advance(5)
    assert (customer.talks_with, "conference-start" in product.events()) == ([], False)
    carrier.add("call-1", OTHER)
    exchange.advance(5)
    assert customer.talks_with == [AGENT, OTHER]


@pytest.mark.parametrize(("mode", "status"), [("busy", "busy"), ("never", "no-answer")])
def test_a_party_that_never_came_in_was_not_added(exchange, carrier, product, talk, mode, status):
    exchange.device(OTHER, mode)
    carrier.add("call-1", OTHER, Label="consulted", Timeout="20")
    exchange.advance(30)
    left = product.sent("/callbacks/room")[-1]
    assert (left["ParticipantLabel"], left["ReasonParticipantLeft"]) == ("consulted", "participant_add_failed")
    assert left["ParticipantCallStatus"] == status


def test_a_conference_whose_only_invitee_never_answers_is_gone(exchange, carrier, product):
    exchange.device(AGENT, "never")
    _, seat = carrier.add("call-1", AGENT, Timeout="20")
    exchange.run_until_idle()
    assert carrier.rest("GET", f"Conferences/{seat['conference_sid']}.json")[1]["status"] == "completed"
    assert (product.statuses(), product.events()) == (["initiated", "ringing", "no-answer"], [])


def test_the_ring_time_out_has_twilios_five_seconds_on_top(exchange, carrier):
    device = exchange.device(AGENT)
    carrier.add("call-1", AGENT, Timeout="20")
    exchange.advance(25)
    assert len(device.ringing()) == 1
    exchange.advance(0.3)
    assert device.ringing() == []


def test_an_agent_who_rejects_is_busy(exchange, carrier, product):
    exchange.device(AGENT)
    carrier.add("call-1", AGENT)
    exchange.device(AGENT).reject()
    exchange.run_until_idle()
    assert product.statuses() == ["initiated", "ringing", "busy"]


def test_a_full_conference_takes_nobody_more(exchange, carrier, product):
    product.pages = {"/voice": room(attributes='maxParticipants="2"')}
    exchange.dial(CUSTOMER, HOTLINE)
    exchange.dial("83366858", HOTLINE)
    exchange.advance(1)
    status, refusal = carrier.add("call-1", AGENT)
    assert (status, refusal["code"]) == (400, 16020)


def test_an_announcement_is_heard_by_whom_it_is_for(exchange, carrier, product, talk):
    customer, agent, conference = talk
    product.pages["/notice"] = "<Say>This call is recorded</Say>"
    update(carrier, conference, "customer", AnnounceUrl=f"{HOME}/notice")
    customer.hears("recorded")
    exchange.advance(5)
    assert not any("recorded" in entry.text for entry in agent.transcript)
    assert product.events()[-1] == "announcement-end"
    carrier.rest("POST", f"Conferences/{conference}.json", AnnounceUrl=f"{HOME}/notice")
    agent.hears("recorded")


def test_hold_music_may_be_a_sound_file_but_no_menu(exchange, carrier, product, talk):
    customer, _, conference = talk
    product.pages["/tune"] = lambda _sent: Response(200, {"Content-Type": "audio/mpeg"}, b"...")
    product.pages["/menu"] = "<Gather/>"
    update(carrier, conference, "customer", Hold="true", HoldUrl=f"{HOME}/tune")
    customer.hears("/tune")
    update(carrier, conference, "customer", Hold="true", HoldUrl=f"{HOME}/menu")
    exchange.advance(1)
    assert [error.code for error in exchange.errors] == [13238]


def test_who_leaves_on_hold_hears_the_music_no_more(exchange, carrier, product, talk):
    customer, _, conference = talk
    product.pages["/tune"] = lambda _sent: Response(200, {"Content-Type": "audio/mpeg"}, b"...")
    update(carrier, conference, "customer", Hold="true", HoldUrl=f"{HOME}/tune")
    leg = exchange.call(customer.sid)
    exchange.advance(1)
    assert exchange.stage.heard_by(leg, exchange.time.now)
    carrier.rest("POST", f"Calls/{customer.sid}.json", Url=f"{HOME}/queue")
    exchange.advance(1)
    assert exchange.stage.heard_by(leg, exchange.time.now) is None


def test_a_star_leaves_the_conference_when_that_was_asked_for(exchange, product):
    product.pages = {"/voice": '<Dial hangupOnStar="true"><Conference>c</Conference></Dial><Say>Out</Say>'}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    customer.presses("1*")
    customer.hears("Out")


def test_a_beep_tells_the_others_that_somebody_came(exchange, carrier, talk):
    customer, _, _ = talk
    exchange.device(OTHER, "auto")
    carrier.add("call-1", OTHER, Beep="onEnter")
    exchange.advance(5)
    assert [entry.text for entry in customer.transcript].count("beep") == 1


def test_a_removed_moderator_ends_the_conference_as_one_who_was_kicked(exchange, carrier, product, talk):
    _, _, conference = talk
    update(carrier, conference, "offer-1", EndConferenceOnExit="true")
    carrier.rest("DELETE", f"Conferences/{conference}/Participants/offer-1.json")
    exchange.advance(0)
    assert product.sent("/callbacks/room")[-1]["ReasonConferenceEnded"] == (
        "participant-with-end-conference-on-exit-kicked"
    )


def test_who_shall_not_coach_is_heard_by_all(carrier, exchange, talk):
    _, agent, conference = talk
    exchange.device(OTHER, "auto")
    _, seat = carrier.add(conference, OTHER, Label="boss", Coaching="false", CallSidToCoach=agent.sid)
    assert (seat["coaching"], seat["call_sid_to_coach"]) == (False, None)


def test_parties_are_listed_by_what_they_are(carrier, talk):
    _, _, conference = talk
    update(carrier, conference, "customer", Hold="true")
    path = f"Conferences/{conference}/Participants.json"
    for wanted, labels in [({"Hold": "true"}, ["customer"]), ({"Muted": "true"}, []), ({}, ["offer-1", "customer"])]:
        assert [seat["label"] for seat in carrier.rest("GET", path, **wanted)[1]["participants"]] == labels


def test_hold_music_that_cannot_be_had_is_an_error_but_the_hold_stands(exchange, carrier, talk):
    customer, _, conference = talk
    update(carrier, conference, "customer", Hold="true", HoldUrl=f"{HOME}/gone")
    exchange.advance(1)
    assert (customer.on_hold, [error.code for error in exchange.errors]) == (True, [11200])


def test_hold_music_may_lead_from_document_to_document(exchange, carrier, product, talk):
    customer, _, conference = talk
    product.pages |= {"/hold": "<Say>Please hold</Say><Redirect>/hold/2</Redirect>", "/hold/2": "<Say>Still</Say>"}
    update(carrier, conference, "customer", Hold="true", HoldUrl=f"{HOME}/hold")
    customer.hears("Please hold")
    customer.hears("Still")


def test_the_caller_who_waits_is_no_party_until_joined(exchange, carrier, product):
    product.pages = {"/voice": '<Pause length="60"/>'}
    customer = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    assert (customer.talks_with, customer.heard_by, customer.on_hold) == ([], [], False)


def test_ending_a_conference_cancels_who_is_still_being_called(exchange, carrier, product, talk):
    _, _, conference = talk
    exchange.device(OTHER)
    _, seat = carrier.add("call-1", OTHER)
    exchange.advance(1)
    carrier.rest("POST", f"Conferences/{conference}.json", Status="completed")
    assert exchange.call(seat["call_sid"]).status == "canceled"
