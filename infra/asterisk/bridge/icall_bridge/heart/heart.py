"""The heart of a call: something happens, and effects follow."""

from collections.abc import Callable, Mapping
from typing import Any

from icall_bridge.heart import (
    asking,
    causes,
    dialling,
    entering,
    ordering,
    playing,
    requests,
    resuming,
    scripts,
    seating,
    taping,
)
from icall_bridge.heart.effects import DropTimer, Effect, LookAt, Request, SetTimer, Tell
from icall_bridge.heart.happenings import (
    ChannelAnswered,
    ChannelCame,
    ChannelDestroyed,
    ChannelEntered,
    ChannelExited,
    ChannelHangsUp,
    ChannelIsThere,
    ChannelLeft,
    ChannelProgressed,
    ChannelRang,
    Happening,
    KeyCame,
    Ordered,
    PbxLost,
    PlaybackEnded,
    QuestionAnswered,
    RecordingOver,
    RecordingRan,
    Refused,
    RequestFailed,
    Resumed,
    SoundLate,
    SoundReady,
    TimerRang,
)
from icall_bridge.heart.state import (
    CUSTOMER,
    Asking,
    Call,
    Coaching,
    Dialling,
    Leg,
    Line,
    Meeting,
    Over,
    Performing,
    Recording,
    Sounding,
    Undone,
)
from icall_bridge.messages import (
    CallArrived,
    KeyPressed,
    LegAnswered,
    LegEnded,
    LegJoined,
    LegRang,
)

SAME_KEY_MS = 100
MOST_TRIES = 5
FIRST_TRY = 0.2
"""Seconds; each further try waits twice as long."""


def happens(call: Call, happening: Happening, now: int) -> list[Effect]:
    """Give what follows for the world outside, `now` being in ms since 1970; the call is as it is afterwards."""
    _HAPPENINGS[type(happening)](call, happening, now)
    seating.seat(call)
    _tell_who_is_in(call)
    return call.effects.take()


def is_over(call: Call) -> bool:
    """Tell whether nothing can happen to a call any more, but what the stack orders too late."""
    return not call.live() and not call.recordings and not call.undone


def _came(call: Call, happening: ChannelCame, _now: int) -> None:
    found = _find(call, happening.channel)
    match found:
        case None:
            _arrives(call, happening)
        case Dialling() as doing:
            dialling.came(call, _who_dials(call, doing), doing)
        case Coaching() as coaching:
            leg = next(leg for leg in call.legs.values() if leg.coaching is coaching)
            seating.snoop_came(call, leg, coaching)
        case Recording() as tape:
            taping.snoop_came(call, tape)
        case Leg() as leg if not leg.live or leg.ending:
            requests.hang_up(call, happening.channel)
        case Leg() as leg if not leg.came:
            leg.came = True
            _dial(call, leg)


def _who_dials(call: Call, doing: Dialling) -> Leg:
    """Give the leg whose script has dialled."""
    return next(leg for leg in call.legs.values() if leg.doing is doing)


def _arrives(call: Call, happening: ChannelCame) -> None:
    """Take a caller; a channel of ours of which we know nothing any more is ended."""
    if not happening.called or CUSTOMER in call.legs:
        requests.hang_up(call, happening.channel)
        return
    leg = Leg(CUSTOMER, Line(happening.channel), caller=happening.caller, called=happening.called, came=True)
    call.legs[CUSTOMER] = leg
    asking.ask(call, leg, CallArrived(happening.caller, happening.called))


def _dial(call: Call, leg: Leg) -> None:
    """Let a leg ring; those who wait for it hear what its far end sends, where that was ordered.

    It is dialled first: a channel that comes into a bridge before shows the far end whom it met there, or nobody.
    """
    if leg.rung is None:
        return
    requests.dial(call, leg.channel, leg.rung.ring_seconds + ordering.LATER_THAN_THE_CARRIER + ordering.GRACE)
    if leg.rung.early_media and call.meeting():
        seating.bridge(call)
        requests.put_in(call, leg.channel, call.id)
        leg.line.bridge = call.id


def _rang(call: Call, happening: ChannelRang, _now: int) -> None:
    match _find(call, happening.channel):
        case Dialling() as doing:
            dialling.rang(call, doing)
        case Leg() as leg if leg.live and leg.rung and not leg.answered and not leg.rang:
            leg.rang = True
            call.effects.add(Tell(LegRang(), leg.id, leg.channel))
            if leg.line.bridge and not leg.progressed:
                leg.tone = requests.ring_tone(call, call.id)


def _progressed(call: Call, happening: ChannelProgressed, _now: int) -> None:
    match _find(call, happening.channel):
        case Dialling() as doing:
            dialling.progressed(call, doing)
        case Leg() as leg:
            leg.progressed = True
            _tone_off(call, leg)


def _answered(call: Call, happening: ChannelAnswered, _now: int) -> None:
    match _find(call, happening.channel):
        case Dialling() as doing:
            dialling.answered(call, _who_dials(call, doing), doing)
        case Leg() as leg if leg.live and leg.rung and not leg.answered and not leg.ending:
            _picked_up(call, leg)


def _picked_up(call: Call, leg: Leg) -> None:
    if leg.rung is None:
        return
    leg.answered = True
    call.effects.add(DropTimer(entering.patience(leg)))
    _tone_off(call, leg)
    call.effects.add(Tell(LegAnswered(), leg.id, leg.channel))
    entering.enter(call, leg, leg.rung.vocid, muted=leg.rung.muted, coaches=leg.rung.coaches)


def _tone_off(call: Call, leg: Leg) -> None:
    requests.hush(call, leg.tone)
    leg.tone = ""


def _entered(call: Call, happening: ChannelEntered, _now: int) -> None:
    leg = call.by_channel(happening.channel)
    if leg and leg.live and happening.bridge in (call.id, seating.room(call, leg)):
        leg.line.entered = happening.bridge


def _exited(call: Call, happening: ChannelExited, _now: int) -> None:
    leg = call.by_channel(happening.channel)
    if leg and leg.line.entered == happening.bridge:
        leg.line.entered = ""


def _tell_who_is_in(call: Call) -> None:
    """Tell who has come into the conference, once for each time."""
    for leg in call.meeting():
        doing = leg.doing
        if isinstance(doing, Meeting) and not doing.told and leg.answered and leg.line.entered:
            doing.told = True
            leg.tries = 0
            call.effects.add(Tell(LegJoined(), leg.id, leg.channel))


def _hangs_up(call: Call, happening: ChannelHangsUp, _now: int) -> None:
    leg = call.by_channel(happening.channel)
    if leg and happening.cause:
        leg.hangs_up = happening.cause


def _left(call: Call, happening: ChannelLeft, _now: int) -> None:
    """Note that a channel has left us: of one that arrived this is the end, of one that was rung the end follows."""
    match _find(call, happening.channel):
        case Recording() as tape:
            taping.snoop_left(call, tape)
        case Coaching() as coaching:
            _ear_lost(call, coaching)
        case Leg() as leg if leg.live:
            if leg.rung is None or leg.ending == causes.FAILED:
                _over(call, leg, leg.hangs_up)
            else:
                call.effects.add(SetTimer(f"end:{leg.id}", 1.0))


def _destroyed(call: Call, happening: ChannelDestroyed, _now: int) -> None:
    match _find(call, happening.channel):
        case Dialling() as doing:
            dialling.over(call, _who_dials(call, doing), doing, happening.cause)
        case Recording() as tape:
            taping.snoop_left(call, tape)
        case Coaching() as coaching:
            _ear_lost(call, coaching)
        case Leg() as leg if leg.live:
            if happening.cause not in causes.NOT_HERE or not entering.looked_for_elsewhere(call, leg):
                _over(call, leg, happening.cause)


def _ear_lost(call: Call, coaching: Coaching) -> None:
    """Forget an ear; who is still there to be coached gets another with the next thing that happens."""
    for leg in call.legs.values():
        if leg.coaching is coaching:
            leg.coaching = None


def _over(call: Call, leg: Leg, cause: int | None) -> None:
    """Tell the end of a leg, and undo what hung on it."""
    _tone_off(call, leg)
    dialling.part(call, leg)
    if leg.coaching:
        requests.hang_up(call, leg.coaching.snoop)
        leg.coaching = None
    if leg.room:
        requests.drop_bridge(call, seating.room(call, leg))
        leg.room = False
    for timer in (*scripts.timers(leg), entering.patience(leg), f"end:{leg.id}", f"mend:{leg.id}"):
        call.effects.add(DropTimer(timer))
    leg.ended = entering.cause_of(leg, cause)
    leg.doing = Over()
    leg.keys.clear()
    leg.line.bridge = leg.line.playback = ""
    call.effects.add(Tell(LegEnded(leg.ended, leg.caller, leg.called), leg.id, leg.channel))


def _key(call: Call, happening: KeyCame, _now: int) -> None:
    leg = call.by_channel(happening.channel)
    if leg is None or not leg.live or _is_an_echo(leg, happening):
        return
    if isinstance(leg.doing, Meeting):
        call.effects.add(Tell(KeyPressed(happening.key), leg.id, leg.channel))
    else:
        scripts.key(call, leg, happening.key)


def _is_an_echo(leg: Leg, happening: KeyCame) -> bool:
    """Tell whether this is the key before, told once more.

    Seen on Asterisk 22: a key that begins less than 45 ms after the end of another is told twice, some 20 to 70 ms
    apart. Nobody can press one again so soon.
    """
    key, at = leg.last_key
    leg.last_key = happening.key, happening.at
    return bool(happening.at) and happening.key == key and happening.at - at < SAME_KEY_MS


def _playback_ended(call: Call, happening: PlaybackEnded, _now: int) -> None:
    leg = next((leg for leg in call.live() if leg.line.playback == happening.playback), None)
    if leg is None:
        return
    leg.line.playback = ""
    doing = leg.doing
    sounding = _sounding(leg)
    if sounding and not sounding.path:
        return  # it was what is heard while the sound itself is not there yet
    if isinstance(doing, Meeting):
        _play_on(call, leg, doing, failed=happening.failed)
    else:
        scripts.sound_over(call, leg, failed=happening.failed)


def _play_on(call: Call, leg: Leg, meeting: Meeting, *, failed: bool) -> None:
    if meeting.sounding and not failed:
        playing.again(call, leg, meeting.sounding)
    elif meeting.sounding:
        playing.instead(call, leg, meeting.sounding)


def _recording_ran(call: Call, happening: RecordingRan, _now: int) -> None:
    """Nothing follows."""


def _recording_over(call: Call, happening: RecordingOver, _now: int) -> None:
    taping.ended(call, happening.name, happening.seconds, failed=happening.failed)


def _question_answered(call: Call, happening: QuestionAnswered, _now: int) -> None:
    """Carry out the script, unless the leg is somewhere else by now."""
    leg = call.legs.get(happening.leg)
    if leg is None or not leg.live or leg.doing != Asking(happening.question):
        return
    if happening.script is None:
        scripts.fall_back(call, leg)
    else:
        scripts.begin(call, leg, happening.script)


def _sound_ready(call: Call, happening: SoundReady, _now: int) -> None:
    for leg in call.live():
        sounding = _sounding(leg)
        if sounding is None or sounding.ticket != happening.ticket:
            continue
        if isinstance(leg.doing, Meeting):
            _held_sound(call, leg, sounding, happening)
        else:
            scripts.sound_ready(call, leg, happening.path, missing=happening.missing)


def _held_sound(call: Call, leg: Leg, sounding: Sounding, happening: SoundReady) -> None:
    if happening.path:
        playing.ready(call, leg, sounding, happening.path)
    elif happening.missing:
        playing.instead(call, leg, sounding)


def _sound_late(call: Call, happening: SoundLate, _now: int) -> None:
    """Let who waits for a sound hear that it is coming."""
    for leg in call.live():
        sounding = _sounding(leg)
        if sounding and sounding.ticket == happening.ticket and not sounding.path:
            playing.meanwhile(call, leg, happening.path)


def _sounding(leg: Leg) -> Sounding | None:
    return leg.doing.sounding if isinstance(leg.doing, Meeting | Performing) else None


def _timer_rang(call: Call, happening: TimerRang, _now: int) -> None:
    kind, _, name = happening.name.partition(":")
    match kind:
        case "tape":
            taping.overdue(call, name)
        case "undo":
            _try_again(call, happening.name)
        case "done":
            call.undone.pop(name, None)
        case _:
            _leg_timer_rang(call, happening.name)


def _leg_timer_rang(call: Call, timer: str) -> None:
    kind, _, name = timer.partition(":")
    leg = call.legs.get(name)
    if leg is None or not leg.live:
        return
    match kind:
        case "rung":
            entering.end(call, leg, causes.NO_ANSWER)
        case "end":
            _over(call, leg, leg.hangs_up)
        case "mend":
            _mend(call, leg)
        case "dialled":
            dialling.timed_out(call, leg)
        case _ if isinstance(leg.doing, Meeting):
            leg.doing.sounding = None  # it could not be had: it is asked for again
        case _:
            scripts.timed_out(call, leg, timer)


def _ordered(call: Call, happening: Ordered, now: int) -> None:
    ordering.carry_out(call, happening.order, now)


def _refused(call: Call, happening: Refused, now: int) -> None:
    ordering.refuse(call, happening.order, now)


def _lost(call: Call, _happening: PbxLost, _now: int) -> None:
    """Tell that every leg is over, and every recording: what is found of them later is ended."""
    for leg in call.live():
        leg.ending = causes.FAILED
        _over(call, leg, None)
    call.undone.clear()
    call.bridged = False
    for tape in list(call.recordings):
        taping.lost(call, tape)
    call.effects.found = [effect for effect in call.effects.found if not isinstance(effect, Request)]


def _resumed(call: Call, happening: Resumed, now: int) -> None:
    resuming.resume(call, happening, now)


def _failed(call: Call, happening: RequestFailed, _now: int) -> None:
    """See to what a failed request was for; what is not known by it is looked at."""
    request = happening.request
    if request.order:
        leg = call.by_channel(request.about)
        why = ordering.GONE if happening.status == NOT_FOUND else ordering.REFUSED
        ordering.fail(call, leg.id if leg else "", request.order, why)
    match request.path:
        case ("channels", "create"):
            _not_made(call, request, happening.status)
        case ("channels", channel, "dial"):
            _not_dialled(call, channel)
        case (_, _, "record"):
            taping.refused(call, request.makes, was_silent=happening.status == SILENCE)
        case ("recordings", "live", name, "mute"):
            taping.mute_refused(call, name)
        case (_, _, "snoop", listener):
            _destroyed(call, ChannelDestroyed(listener, 0), 0)
        case (_, _, "play", playback):
            requests.hush(call, playback)
            _playback_ended(call, PlaybackEnded(playback, failed=True), 0)
        case _ if request.method == "DELETE" and not request.about:
            _undone(call, request)
    if request.about:
        call.effects.add(LookAt(request.about))


SILENCE, NOT_FOUND, CONFLICT = 0, 404, 409
NOT_MADE = 20
"""In the place of a reason: its telephone is not registered, and Asterisk makes no channel for it."""


def _not_made(call: Call, request: Request, status: int) -> None:
    """A channel that is there already is ours by its name; whether one was made by a silent Asterisk is looked at."""
    if status in (SILENCE, CONFLICT):
        call.effects.add(LookAt(request.makes))
    else:
        _destroyed(call, ChannelDestroyed(request.makes, NOT_MADE), 0)


def _not_dialled(call: Call, channel: str) -> None:
    match _find(call, channel):
        case Dialling() as doing:
            doing.ending = causes.FAILED
            requests.hang_up(call, channel, about=channel)
        case Leg() as leg:
            entering.end(call, leg, causes.FAILED)


def _undone(call: Call, request: Request) -> None:
    """Try later to remove what was not removed: it may be a tone that sounds, or somebody who rings."""
    name = f"undo:{'/'.join(request.path)}"
    undone = call.undone.setdefault(name, Undone(request, 0))
    undone.tries += 1
    call.effects.add(DropTimer(f"done:{name}"))
    if undone.tries > MOST_TRIES:
        del call.undone[name]
    else:
        call.effects.add(SetTimer(name, FIRST_TRY * 2**undone.tries))


def _try_again(call: Call, name: str) -> None:
    undone = call.undone.get(name)
    if undone:
        call.effects.add(undone.request)
        call.effects.add(SetTimer(f"done:{name}", FIRST_TRY))


def _is_there(call: Call, happening: ChannelIsThere, _now: int) -> None:
    """Go on with a channel that lives though a request about it has failed."""
    match _find(call, happening.channel):
        case Dialling() as doing if doing.ending:
            requests.hang_up(call, happening.channel)
        case Leg() as leg if leg.live:
            _goes_on(call, leg, happening)


def _goes_on(call: Call, leg: Leg, happening: ChannelIsThere) -> None:
    if leg.rung and not leg.came:
        leg.came = True
        if not happening.answered:
            _dial(call, leg)
    if leg.rung and happening.answered and not leg.answered and not leg.ending:
        _picked_up(call, leg)
    if leg.tries == MOST_TRIES:
        entering.end(call, leg, causes.FAILED)
        return
    call.effects.add(SetTimer(f"mend:{leg.id}", FIRST_TRY * 2**leg.tries))
    leg.tries += 1
    if leg.rung is None and leg.answered and not happening.answered:
        leg.answered = False
        requests.answer(call, leg)


def _mend(call: Call, leg: Leg) -> None:
    """Do again what may not have been done: nothing is known of where the channel is, and who hears it."""
    if leg.ending:
        requests.hang_up(call, leg.channel, about=leg.channel)
        return
    meeting = leg.doing if isinstance(leg.doing, Meeting) else None
    leg.line.muted = not (meeting and meeting.muted)
    if isinstance(leg.doing, Dialling):
        return
    for bridge in (call.id, seating.room(call, leg)):
        requests.take_out(call, leg.channel, bridge)
    leg.line.bridge = leg.line.entered = ""


_HAPPENINGS: Mapping[type[Happening], Callable[[Call, Any, int], None]] = {
    ChannelCame: _came,
    ChannelRang: _rang,
    ChannelProgressed: _progressed,
    ChannelAnswered: _answered,
    ChannelEntered: _entered,
    ChannelExited: _exited,
    ChannelHangsUp: _hangs_up,
    ChannelLeft: _left,
    ChannelDestroyed: _destroyed,
    KeyCame: _key,
    PlaybackEnded: _playback_ended,
    RecordingRan: _recording_ran,
    RecordingOver: _recording_over,
    QuestionAnswered: _question_answered,
    SoundReady: _sound_ready,
    SoundLate: _sound_late,
    TimerRang: _timer_rang,
    Ordered: _ordered,
    Refused: _refused,
    PbxLost: _lost,
    Resumed: _resumed,
    RequestFailed: _failed,
    ChannelIsThere: _is_there,
}


def _find(call: Call, channel: str) -> Leg | Dialling | Coaching | Recording | None:
    """Find what a channel is in this call."""
    for leg in call.legs.values():
        if leg.channel == channel:
            return leg
        if isinstance(leg.doing, Dialling) and leg.doing.channel == channel:
            return leg.doing
        if leg.coaching and leg.coaching.snoop == channel:
            return leg.coaching
    return next((tape for tape in call.recordings if tape.snoop == channel), None)
