"""What the stack writes, the bridge reads; what the bridge writes, the stack reads: nothing is lost in between."""

import json
import time
from dataclasses import asdict, fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.asterisk.asterisk import Asterisk
from chalicelib.adapters.asterisk.door import AsteriskDoor
from chalicelib.adapters.asterisk.orders import NAMES
from chalicelib.adapters.asterisk.pbxs import call_id_of
from chalicelib.adapters.asterisk.queues import Queues
from chalicelib.adapters.asterisk.scripts import write
from chalicelib.core.carrier import commands, events, script
from chalicelib.core.told.webhook_keys import read_signing_keys
from tests.fakes.fifo import FifoQueues

messages = pytest.importorskip("icall_bridge.messages", reason="the bridge is not here (infra/asterisk/bridge)")
cloud = pytest.importorskip("icall_bridge.cloud", reason="the bridge is not here (infra/asterisk/bridge)")

PBX, URL, CHANNEL = "main", "https://sqs.example/1/main.fifo", "asterisk-1795000000.12"
CALL = call_id_of(PBX, CHANNEL)
LEG, CUSTOMER, SID = f"{CALL}-1", "customer", f"{PBX}:{CHANNEL}"
KEY = "whsec_" + "a2V5" * 8
ABOUT = (CALL, CUSTOMER, SID)


class Wall:
    """The time of the wall, by which webhooks are signed."""

    def now(self):
        return int(time.time() * 1000)

    def pause(self, most):
        raise NotImplementedError


def the_stack(sqs):
    keys = read_signing_keys(KEY, "asterisk")
    queues = Queues({PBX: URL}, Wall(), lambda: "o1", "eu-central-1")
    queues.__dict__["_client"] = sqs
    return Asterisk(AsteriskDoor([PBX], lambda _: keys, Wall()), queues, lambda _: keys, lambda: "a-secret")


def ordered(does):
    """The order as the bridge reads it, when the stack has done this with its carrier."""
    sqs = FifoQueues(lambda: 0.0, URL)
    does(the_stack(sqs))
    (message,) = sqs.receive_message(QueueUrl=URL, MaxNumberOfMessages=10)["Messages"]
    return messages.read_order(message["Body"].encode())


COMMANDS = [
    commands.AddParticipant(
        CALL, LEG, "agent:100", "+8675583000000", 20, vocid=LEG, early_media=True, muted=True, coaches=f"{CALL}-2"
    ),
    commands.AddParticipant(CALL, LEG, "sip:100@phones.example;transport=tls", "", 600),
    commands.JoinConference(*ABOUT, LEG),
    commands.JoinConference(*ABOUT),
    commands.TakeTurn(*ABOUT, "12"),
    commands.HoldParticipant(*ABOUT, CALL, "media:hold-music"),
    commands.HoldParticipant(*ABOUT, CALL, ""),
    commands.RetrieveParticipant(*ABOUT, CALL),
    commands.MuteParticipant(*ABOUT, "", muted=True),
    commands.MuteParticipant(*ABOUT, "", muted=False),
    commands.CoachParticipant(*ABOUT, "", LEG),
    commands.CoachParticipant(*ABOUT, "", ""),
    commands.SendDigits(*ABOUT, "", "12w#*AD"),
    commands.StartRecording(*ABOUT, f"{CALL}-r2"),
    commands.PauseRecording(CALL, "", "", CALL),
    commands.PauseRecording(*ABOUT, CALL),
    commands.ResumeRecording(*ABOUT, CALL),
    commands.StopRecording(*ABOUT, CALL),
    commands.HangUpLeg(*ABOUT),
    commands.HangUpLeg(CALL, LEG, ""),
]
RENAMED = {"turn": "token"}


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_the_bridge_reads_every_command_with_all_that_it_says(command, again):
    if again and isinstance(command, commands.SendDigits):
        return
    order = ordered(lambda stack: stack.execute(command, again=again))
    assert (order.id, order.call, order.leg, order.again) == ("o1", CALL, command.leg, again)
    assert order.channel == getattr(command, "sid", "").partition(":")[2]
    assert messages.do_of(order.wish) == NAMES[type(command)]
    wished = {name: getattr(command, RENAMED.get(name, name)) for name in asdict(order.wish)}
    assert asdict(order.wish) == wished


def test_every_command_of_ours_is_among_them():
    assert {type(command) for command in COMMANDS} == set(get_args(commands.Command))


BESIDES = {
    "look": (lambda stack: stack.lives(CALL, CUSTOMER, SID), {}),
    "upload_recording": (
        lambda stack: stack.hand_over_recording(f"{PBX}:{LEG}", "https://files.example/put?X-Amz-Signature=1%2F2"),
        {"vocid": LEG, "url": "https://files.example/put?X-Amz-Signature=1%2F2"},
    ),
    "delete_recording": (lambda stack: stack.delete_recording(f"{PBX}:{LEG}"), {"vocid": LEG}),
    "credentials": (
        lambda stack: stack.softphone_credentials("100", 1_795_000_000_000),
        {"user": "agent_100", "secret": "a-secret", "until": 1_795_000_000_000},
    ),
}


@pytest.mark.parametrize("do", BESIDES)
def test_the_bridge_reads_what_is_ordered_besides(do):
    does, says = BESIDES[do]
    order = ordered(does)
    assert (messages.do_of(order.wish), asdict(order.wish)) == (do, says)
    assert order.call == ("" if do == "credentials" else CALL)


def test_every_wish_of_the_bridges_is_ordered_by_the_stack():
    assert {messages.do_of(wish) for wish in map(_blank, get_args(messages.Wish))} == {*NAMES.values(), *BESIDES}


def _blank(kind):
    return kind(**{field.name: "" for field in fields(kind)})


SAID = [script.Say("您好 <&>", "zh-CN"), script.Play("media:hold-music", 0), script.Pause(2)]
SCRIPTS = [
    *SAID,
    script.Play("https://files.example/a.wav?x=1"),
    script.Play("dtmf:12w#"),
    script.Gather("3", tuple(SAID), max_digits=1, finish_on="", timeout=7),
    script.Gather("4", finish_on="*#"),
    script.Join(CALL, CUSTOMER, LEG),
    script.Join(CALL, CUSTOMER),
    script.Dial("+8613800138000", "+8675583000000", "5", 20),
    script.Hangup(),
    script.Reject("busy"),
    script.Reject(),
]


def as_the_bridge_has_it(instruction):
    """The bridge's own value of one of our instructions: it calls a token a turn, and needs no conference's name."""
    said = {field.name: getattr(instruction, field.name) for field in fields(instruction) if field.name != "conference"}
    if "token" in said:
        said["turn"] = said.pop("token")
    if "prompts" in said:
        said["prompts"] = tuple(map(as_the_bridge_has_it, said["prompts"]))
    return getattr(messages, type(instruction).__name__)(**said)


@pytest.mark.parametrize("instruction", SCRIPTS, ids=lambda each: type(each).__name__)
def test_the_bridge_reads_every_instruction_with_all_that_it_says(instruction):
    assert messages.read_script(write((instruction,)).encode()) == (as_the_bridge_has_it(instruction),)


def test_every_instruction_is_among_them_and_the_bridge_knows_no_other():
    kinds = {type(instruction).__name__ for instruction in SCRIPTS}
    assert kinds == {kind.__name__ for kind in get_args(script.Instruction)}
    assert kinds == {kind.__name__ for kind in get_args(messages.Instruction)}


def heard(news, leg=CUSTOMER, channel=CHANNEL, call=CALL):
    """The stack's event, when the bridge has told this, signed by the bridge's own signature."""
    body = messages.write_news(messages.Told(news, call, leg, channel, 1_795_000_000_000, 7))
    headers = cloud.Signing(KEY).headers("n-1", body)
    lowered = {name.lower(): value for name, value in headers.items()}
    return the_stack(FifoQueues(lambda: 0.0, URL)).read(f"/carriers/asterisk/{PBX}/events", {}, lowered, body)


CAUSES = [cause.value for cause in events.Cause]
NEWS = [
    (messages.CallArrived("83366857", "+8675583000000"), events.CallArrived(CALL, SID, "83366857", "+8675583000000")),
    (messages.CallArrived("", "+8675583000000"), events.CallArrived(CALL, SID, "", "+8675583000000")),
    (messages.TurnTaken("3", "12#", None), events.TurnTaken(CALL, "3", "12#")),
    (messages.TurnTaken("3", "", None), events.TurnTaken(CALL, "3", "")),
    (messages.TurnTaken("3", None, None), events.TurnTaken(CALL, "3", None)),
    (messages.TurnTaken("3", None, "no-answer"), events.TurnTaken(CALL, "3", None, events.Cause.NO_ANSWER)),
    (messages.LegRang(), events.LegRang(CALL, CUSTOMER, SID)),
    (messages.LegAnswered(), events.LegAnswered(CALL, CUSTOMER, SID)),
    (messages.LegJoined(), events.ParticipantJoined(CALL, CUSTOMER, SID, CALL)),
    (
        messages.LegEnded("completed", "83366857", "+8675583000000"),
        events.LegEnded(CALL, CUSTOMER, SID, events.Cause.COMPLETED, "83366857", "+8675583000000"),
    ),
    *((messages.LegEnded(cause), events.LegEnded(CALL, CUSTOMER, SID, events.Cause(cause))) for cause in CAUSES),
    (messages.KeyPressed("#"), events.KeyPressed(CALL, CUSTOMER, "#", 7)),
    *(
        (
            messages.RecordingEnded(LEG, status, seconds),
            events.RecordingReported(CALL, LEG, f"{PBX}:{LEG}", status, seconds),
        )
        for status, seconds in (("completed", 12), ("absent", 0), ("failed", 0))
    ),
    (messages.RecordingStored(LEG), events.RecordingStored(CALL, LEG)),
    (
        messages.CommandFailed("hold", "gone", again=False),
        events.CommandRefused(CALL, CUSTOMER, "HoldParticipant", gone=True, again=False),
    ),
    (
        messages.CommandFailed("join", "refused", again=True),
        events.CommandRefused(CALL, CUSTOMER, "JoinConference", gone=False, again=True),
    ),
    (messages.CommandFailed("look", "refused"), None),
]


@pytest.mark.parametrize(("news", "event"), NEWS, ids=lambda part: type(part).__name__)
def test_the_stack_reads_all_news_with_all_that_they_say(news, event):
    assert heard(news) == event


def test_news_without_a_leg_or_a_channel_are_read():
    assert heard(messages.RecordingStored(LEG), leg="", channel="") == events.RecordingStored(CALL, LEG)
    never_came = heard(messages.LegEnded("no-answer"), leg=LEG, channel="")
    assert never_came == events.LegEnded(CALL, LEG, "", events.Cause.NO_ANSWER)
    alive = heard(messages.PbxAlive("frozen", ("agent_100",)), call="", leg="", channel="")
    assert alive == events.ExchangeReported(PBX, "frozen")


def test_all_kinds_of_news_are_among_them():
    told = {type(news) for news, _ in NEWS} | {messages.PbxAlive}
    assert told == set(get_args(messages.News))


@pytest.mark.parametrize("do", [*NAMES.values(), *BESIDES])
@pytest.mark.parametrize("why", ["gone", "refused"])
def test_whatever_order_comes_to_nothing_is_told_in_words_that_the_stack_knows(do, why):
    refused = heard(messages.CommandFailed(do, why, again=False))
    assert (refused is None) == (do in BESIDES)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(TEXTS, st.sampled_from(["zh-CN", "en-US"]), st.integers(1, 20) | st.none(), st.integers(0, 60))
def test_whatever_is_said_arrives_as_it_is(text, language, most, timeout):
    gather = script.Gather("1", (script.Say(text, language),), max_digits=most, timeout=timeout)
    assert messages.read_script(write((gather,)).encode()) == (as_the_bridge_has_it(gather),)


@given(TEXTS, st.text("0123456789*#ABCD", max_size=60))
def test_whoever_calls_and_whatever_is_keyed_arrives_as_it_is(caller, keyed):
    assert heard(messages.CallArrived(caller, "+8675583000000")).caller == caller
    assert heard(messages.TurnTaken("1", keyed, None)).digits == keyed


def test_the_bridge_ignores_fields_that_it_does_not_know():
    document = json.loads(write((script.Hangup(),)))
    document["script"][0]["colour"] = "blue"
    assert messages.read_script(json.dumps(document | {"more": 1}).encode()) == (messages.Hangup(),)


def test_an_order_is_written_by_both_sides_alike():
    order = ordered(lambda stack: stack.execute(COMMANDS[0], again=False))
    assert messages.read_order(messages.write_order(order)) == order
