from typing import Any

import pytest
from conversations import Caller
from flow_examples import KNOWN, changed, everything

from chalicelib.core.carrier.script import Gather, Pause, Play, Say
from chalicelib.core.flow.engine import (
    Ask,
    AskPlugin,
    Began,
    Context,
    Digits,
    End,
    Enqueue,
    NoInput,
    Run,
    TransferOut,
    advance,
    begin,
)
from chalicelib.core.flow.model import Flow
from chalicelib.core.flow.reading import read_flow


def flow_with(**changes: Any) -> Flow:
    return read_flow(changed(**changes), KNOWN)


def at_menu(flow: Flow | None = None, **facts: Any) -> Caller:
    return Caller(flow or everything(), **facts).is_failed()


def at_pin() -> Caller:
    return at_menu().presses("1", "12345678", "1")


def at_tell() -> Caller:
    return at_pin().presses("4711")


# Beginning


def test_a_call_begins_in_the_language_asked_for_if_the_flow_speaks_it() -> None:
    flow = flow_with(languages=["en-US"])
    assert begin(flow, 7, "zh-CN") == Run("everything", 7, "welcome", "en-US")


def test_prompts_come_in_the_order_of_the_steps() -> None:
    caller = Caller(everything())
    assert isinstance(caller.outcome, AskPlugin)
    assert caller.outcome.prompts == (Play("media:bell"), Pause(1), Say("Hello.", "en-US"))


def test_a_menu_takes_one_key_while_it_is_said() -> None:
    outcome = at_menu().outcome
    assert isinstance(outcome, Ask)
    assert outcome.gather == Gather("", (Say("Press 1, 2, 3 or 0.", "en-US"),), max_digits=1, finish_on="", timeout=5)


def test_a_way_may_say_something_before_the_next_step() -> None:
    caller = Caller(everything()).is_answered(title="Li")
    assert caller.outcome.prompts == (Say("Dear Li.", "en-US"),)
    assert caller.step == "choose"


# Menus


def test_a_wrong_key_is_told_and_the_question_asked_again() -> None:
    caller = at_menu().presses("8")
    assert caller.hears == "No such key. Press 1, 2, 3 or 0."
    assert caller.outcome.run.attempts == 1


def test_after_the_last_wrong_key_the_way_out_is_taken() -> None:
    caller = at_menu().presses("8", "8")
    assert caller.hears == "No such key. Please hold."
    assert isinstance(caller.outcome, Enqueue)


def test_silence_has_a_way_out_of_its_own() -> None:
    caller = at_menu().waits().waits()
    assert caller.hears == "Sorry, we did not receive anything. Goodbye."
    assert isinstance(caller.outcome, End)


def test_wrong_keys_and_silence_count_together() -> None:
    assert isinstance(at_menu().presses("8").waits().outcome, End)


def test_attempts_begin_anew_at_another_step() -> None:
    assert at_menu().presses("8", "1").outcome.run.attempts == 0


def test_keys_of_nothing_are_no_entry_that_fits() -> None:
    assert at_menu().presses("").hears.startswith("No such key.")


# Collecting


def test_a_number_is_read_back_and_kept_once_confirmed() -> None:
    caller = at_menu().presses("1", "12345678")
    assert caller.hears == "You entered one two three four, five six seven eight."
    assert caller.outcome.tags == {}
    caller.presses("1")
    assert caller.outcome.tags == {"ACCOUNT": "12345678"}
    assert caller.outcome.run.entered == ""


def test_a_number_may_be_entered_again() -> None:
    caller = at_menu().presses("1", "12345678", "2")
    assert caller.hears == "Your number, please."
    assert caller.presses("8765", "1").outcome.tags == {"ACCOUNT": "8765"}


def test_a_wrong_key_at_the_confirmation_reads_the_number_back_again() -> None:
    caller = at_menu().presses("1", "1234", "7")
    assert caller.hears == "Sorry, that is not a valid entry. You entered one two three four."


def test_silence_at_the_confirmation_ends_as_silence_does() -> None:
    assert isinstance(at_menu().presses("1", "1234").waits().waits().waits().outcome, End)


@pytest.mark.parametrize("digits", ["123", "123456789", "", "12*4", "\uff11\uff12\uff13\uff14"])
def test_digits_that_do_not_fit_are_asked_for_again(digits: str) -> None:
    assert at_menu().presses("1", digits).hears == "Sorry, that is not a valid entry. Your number, please."


def test_the_finishing_key_is_no_part_of_the_number() -> None:
    assert at_menu().presses("1", "1234#").outcome.run.entered == "1234"


def test_one_key_more_than_the_longest_number_is_taken_so_that_the_finishing_key_is_not_left_over() -> None:
    outcome = at_menu().presses("1").outcome
    assert isinstance(outcome, Ask)
    assert (outcome.gather.max_digits, outcome.gather.finish_on) == (9, "#")


def test_digits_must_match_the_pattern() -> None:
    flow = flow_with(steps__ask_number__digits={"max": 11, "pattern": "1[3-9]\\d{9}"})
    assert at_menu(flow).presses("1", "12345678901").outcome.run.entered == ""
    assert at_menu(flow).presses("1", "13800138000").outcome.run.entered == "13800138000"


# Sensitive digits


def test_sensitive_digits_go_to_the_plugin_and_nowhere_else() -> None:
    caller = at_pin().presses("4711")
    assert isinstance(caller.outcome, AskPlugin)
    assert caller.outcome.inputs == {"number": "12345678", "pin": "4711"}
    assert "4711" not in repr(caller.outcome)
    caller.is_answered(found=True, balance=3)
    assert "4711" not in repr(caller.outcome)


def test_a_wrong_pin_is_not_kept_either() -> None:
    assert "47110" not in repr(at_pin().presses("47110").outcome)


def test_sensitive_digits_are_gone_when_the_step_is_entered_another_time() -> None:
    caller = at_pin().presses("4711").meets(Began())
    assert isinstance(caller.outcome, Enqueue | End)
    assert "4711" not in repr(caller.outcome)


# Plugins


def test_outputs_are_told_and_kept_in_tags() -> None:
    caller = at_tell().is_answered(found=True, balance=12.5, name="Li")
    assert "You have" in caller.hears
    assert caller.outcome.tags["NAME"] == "Li"
    assert caller.outcome.run.results == {"account": {"found": True, "balance": 12.5, "name": "Li"}}


def test_an_output_that_is_missing_takes_an_older_tag_away() -> None:
    caller = at_menu(tags={"NAME": "Old"}).presses("1", "12345678", "1", "4711")
    assert "NAME" not in caller.is_answered(found=True, balance=1).outcome.tags


def test_nothing_found_has_its_own_way() -> None:
    caller = at_tell().is_answered(found=False)
    assert caller.hears == "There is no such account. Your number, please."


def test_a_plugin_that_fails_leads_to_a_person() -> None:
    assert at_tell().is_failed("timeout").step == "person"


def test_the_plugins_own_apology_is_said_when_the_step_has_none() -> None:
    assert at_tell().is_failed("timeout", {"en-US": "We cannot reach it."}).hears == "We cannot reach it. Please hold."


def test_the_steps_apology_comes_before_the_plugins() -> None:
    flow = flow_with(steps__balance__on_failure={"say": "Sorry.", "next": "person"})
    caller = at_menu(flow).presses("1", "12345678", "1", "4711").is_failed("down", {"en-US": "No."})
    assert caller.hears == "Sorry. Please hold."


def test_an_answer_of_any_size_stays_small() -> None:
    caller = at_tell().is_answered(**{f"x{n}": "y" * 10_000 for n in range(1000)})
    assert len(repr(caller.outcome.run)) < 30_000


def test_a_value_that_cannot_be_said_takes_the_steps_way_for_errors() -> None:
    caller = at_tell().is_answered(found=True, balance="lots")
    assert caller.hears == "Your balance cannot be said. Are you satisfied? 1 for yes, 2 for no."


def test_a_step_without_such_a_way_takes_the_flows() -> None:
    flow = flow_with(steps__tell__on_error=None)
    caller = at_menu(flow).presses("1", "12345678", "1", "4711").is_answered(found=True, balance=[1])
    assert caller.hears == "Something is wrong. Goodbye."
    assert isinstance(caller.outcome, End)


def test_a_flow_without_such_a_way_apologises_and_ends() -> None:
    flow = flow_with(steps__tell__on_error=None, on_fault=None)
    caller = at_menu(flow).presses("1", "12345678", "1", "4711").is_answered(found=True, balance="lots")
    assert isinstance(caller.outcome, End)
    assert caller.outcome.reason == "fault"
    assert "fault" in caller.hears


def test_an_apology_that_cannot_be_said_does_not_go_round_for_ever() -> None:
    flow = flow_with(
        steps__tell__on_error={"say": "{{ tags.NEVER }}", "next": "satisfied"},
        on_fault={"say": "{{ tags.NEVER }}", "next": "goodbye"},
    )
    caller = at_menu(flow).presses("1", "12345678", "1", "4711").is_answered(found=True, balance="lots")
    assert isinstance(caller.outcome, End)
    assert caller.outcome.reason == "fault"


# Deciding and setting


@pytest.mark.parametrize(("now", "step"), [("2026-03-05T22:00:00", "night_desk"), ("2026-03-05T21:59:00", "person")])
def test_a_branch_follows_the_clock(now: str, step: str) -> None:
    assert at_menu(now=now).presses("3").step == step


def test_a_case_may_say_something_on_its_way() -> None:
    caller = at_menu(now="2026-03-05T23:00:00").presses("3")
    assert caller.hears == "It is late. To the night desk."
    assert caller.outcome == TransferOut(
        run=caller.outcome.run,
        tags={},
        prompts=caller.outcome.prompts,
        target_kind="number",
        target="+8675583000099",
    )


def test_a_condition_that_fails_is_a_fault() -> None:
    flow = flow_with(steps__route__cases=[{"when": "length(clock.hour) > `1`", "next": "night_desk"}])
    assert at_menu(flow).presses("3").hears == "Something is wrong. Goodbye."


def test_zero_counts_as_true_as_it_does_in_jmespath() -> None:
    flow = flow_with(steps__route__cases=[{"when": "clock.minute", "next": "night_desk"}])
    assert at_menu(flow, now="2026-03-05T14:00:00").presses("3").step == "night_desk"


def test_tags_and_values_are_set() -> None:
    caller = at_menu().presses("2")
    assert caller.outcome.tags == {"HEARD": "jingle", "MANY": "8"}
    assert caller.outcome.run.results["visits"] == "1"
    assert caller.outcome.prompts == (Play("media:hold-music", 2),)


def test_a_private_tag_is_withheld_whichever_step_sets_it_and_seen_by_the_flow_itself() -> None:
    flow = flow_with(private=["ACCOUNT", "NAME", "HEARD"], steps__tell__text="Dear {{ tags.NAME | name }}.")
    caller = at_menu(flow).presses("2", "1", "12345678", "1", "4711").is_answered(found=True, balance=1, name="Li")
    assert (caller.outcome.tags, caller.outcome.withheld) == (
        {"MANY": "8"},
        {"HEARD": "jingle", "ACCOUNT": "12345678", "NAME": "Li"},
    )
    assert "Dear Li." in caller.hears


def test_a_private_tag_is_shown_once_it_is_revealed() -> None:
    caller = at_menu(flow_with(private=["HEARD"], steps__mark__reveal=["HEARD"])).presses("2")
    assert (caller.outcome.tags["HEARD"], caller.outcome.withheld) == ("jingle", {})


def test_what_an_earlier_flow_withholds_stays_withheld_and_what_is_private_here_was_never_shown() -> None:
    caller = at_menu(tags={"MANY": "9"}, withheld={"HEARD": "bell"}).presses("2")
    assert (caller.outcome.tags, caller.outcome.withheld) == ({"MANY": "8"}, {"HEARD": "jingle"})
    caller = at_menu(flow_with(private=["MANY"]), tags={"MANY": "9"}).presses("2")
    assert (caller.outcome.tags, caller.outcome.withheld) == ({"HEARD": "jingle"}, {"MANY": "8"})


def test_a_private_tag_is_removed_by_an_empty_value() -> None:
    flow = flow_with(private=["NAME"])
    caller = at_menu(flow, withheld={"NAME": "Wang"}).presses("1", "12345678", "1", "4711")
    caller.is_answered(found=True, balance=1)
    assert caller.outcome.withheld == {}


def test_the_language_can_be_changed() -> None:
    flow = read_flow(
        {
            "name": "two",
            "language": "zh-CN",
            "languages": ["zh-CN", "en-US"],
            "steps": {
                "change": {"do": "set", "language": "en-US", "next": "bye"},
                "bye": {"do": "hangup", "text": {"zh-CN": "再见", "en-US": {"text": "再见", "voice": "zh-CN"}}},
            },
        },
        KNOWN,
    )
    outcome = advance(flow, begin(flow, 1, None), Began(), Context())
    assert outcome.run.language == "en-US"
    assert outcome.prompts == (Say("再见", "zh-CN"),)


def test_yes_and_no_have_their_ways() -> None:
    assert isinstance(at_tell().is_answered(found=True, balance=1).presses("1").outcome, End)
    caller = at_tell().is_answered(found=True, balance=1).presses("2")
    assert isinstance(caller.outcome, TransferOut)
    assert (caller.outcome.target_kind, caller.outcome.target) == ("flow", "survey")


# Queues


def test_a_queue_is_entered_with_its_keys_and_limit() -> None:
    outcome = at_menu().presses("0").outcome
    assert isinstance(outcome, Enqueue)
    assert (outcome.queue, outcome.priority, outcome.keys, outcome.max_wait) == ("service", 2, {"9": "choose"}, 60)


@pytest.mark.parametrize(
    ("way", "heard"),
    [
        ("timeout", "Goodbye."),
        ("full", "Goodbye."),
        ("closed", "We are closed. Goodbye."),
        ("key:9", "Press 1, 2, 3 or 0."),
        ("failed", "Something is wrong. Goodbye."),
        ("key:5", "Something is wrong. Goodbye."),
    ],
)
def test_a_queue_is_left_by_its_ways(way: str, heard: str) -> None:
    assert at_menu().presses("0").leaves_queue(way).hears == heard


@pytest.mark.parametrize(("way", "kind"), [("failed", Enqueue), ("completed", End)])
def test_a_number_that_was_not_reached_leads_on_and_a_conversation_there_ends_the_call(way: str, kind: type) -> None:
    caller = at_menu(now="2026-03-05T23:00:00").presses("3").leaves_queue(way)
    assert isinstance(caller.outcome, kind)


def test_a_number_that_was_not_reached_is_an_error_where_there_is_no_way_for_it() -> None:
    caller = at_menu(flow_with(steps__night_desk__on_failure=None), now="2026-03-05T23:00:00").presses("3")
    assert caller.leaves_queue("failed").hears == "Something is wrong. Goodbye."


# Bounds


def test_a_call_that_answers_for_ever_is_brought_to_the_flows_way_for_faults() -> None:
    caller = at_menu(flow_with(max_turns=10))
    for _ in range(10):
        caller.presses("2")
    assert isinstance(caller.outcome, End)
    assert caller.hears == "Something is wrong. Goodbye."


def test_a_way_for_faults_that_asks_again_does_not_keep_a_lost_call() -> None:
    caller = at_menu(flow_with(max_turns=10, on_fault="choose"))
    for _ in range(20):
        caller.presses("2")
    assert isinstance(caller.outcome, End)
    assert caller.outcome.reason == "fault"


def test_plugins_that_lead_to_each_other_come_to_an_end_within_one_turn() -> None:
    flow = everything()
    run = Run("everything", 1, "greet", "en-US", passed=40)
    caller = Caller(flow)
    caller.outcome = advance(flow, run, Began(), caller.context)
    assert caller.outcome.run.passed == 0
    for _ in range(100):
        if not isinstance(caller.outcome, AskPlugin):
            break
        caller.is_answered(title=None)
    assert isinstance(caller.outcome, Ask)


def test_a_step_that_is_no_longer_there_is_a_fault() -> None:
    outcome = advance(everything(), Run("everything", 1, "gone", "en-US"), Digits("1"), Context())
    assert isinstance(outcome, End)
    assert outcome.prompts[0] == Say("Something is wrong.", "en-US")


def test_an_event_that_the_step_does_not_wait_for_asks_it_again() -> None:
    assert at_menu().leaves_queue("timeout").hears == "Press 1, 2, 3 or 0."
    assert isinstance(at_menu().presses("0").meets(NoInput()).outcome, Enqueue)


def test_a_turn_decided_twice_gives_the_same() -> None:
    caller = at_menu()
    run, context = caller.outcome.run, caller.context
    flow = everything()
    assert advance(flow, run, Digits("2"), context) == advance(flow, run, Digits("2"), context)
    assert context.tags == {}


def test_a_plugin_that_found_nothing_fills_no_tag_and_leaves_no_older_one() -> None:
    caller = at_menu(tags={"NAME": "Old"}).presses("1", "12345678", "1", "4711")
    caller.is_answered(found=False, name="Nobody", balance=0)
    assert caller.step == "ask_number"
    assert "NAME" not in caller.outcome.tags


def test_an_expression_that_fails_takes_the_error_way_and_the_call_goes_on() -> None:
    flow = read_flow(
        {
            "name": "counting",
            "language": "en-US",
            "on_fault": "bye",
            "steps": {
                "count": {
                    "do": "set",
                    "tags": {"MANY": {"expression": "length(clock.hour)"}},
                    "next": "bye",
                    "on_error": {"say": "We cannot count now.", "next": "bye"},
                },
                "bye": {"do": "hangup", "text": "Goodbye."},
            },
        },
        KNOWN,
    )
    caller = Caller(flow, now="2026-03-05T14:05:00")
    assert "We cannot count now." in caller.hears
    assert "Goodbye." in caller.hears
