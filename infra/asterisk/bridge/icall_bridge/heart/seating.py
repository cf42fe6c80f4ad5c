"""Who sits where: what each leg's channel should be in and hear, and the requests that bring it there.

Nothing here is fired once: it looks at what is wanted and at what was done, and asks for the difference, in the order
in which nobody hears more than they should: muted first, out of a bridge, into the other, let be heard last. (Music on
a channel that is still in a bridge is unreliable: it is taken out first.)
"""

from icall_bridge.heart import playing, requests, taping
from icall_bridge.heart.state import Call, Coaching, Conference, Leg, Meeting
from icall_bridge.messages import Play

QUORUM = 2
"""A conference begins to be recorded when so many are in it, held or not: one alone has nobody to talk with."""


def seat(call: Call) -> None:
    """Bring everybody of a call to where they should be."""
    members = [leg for leg in call.meeting() if leg.answered]
    early = any(leg.line.bridge == call.id for leg in call.live() if not leg.answered)
    if members:
        _opened(call, _first(members))
    if len(members) >= QUORUM:
        _recorded(call)
    for leg in call.live():
        if leg.answered:
            _seat(call, leg)
    if not members:
        _dissolve(call, early=early)


def _first(members: list[Leg]) -> str:
    """Give the recording's name that who came first brought along."""
    return members[0].vocid


def _opened(call: Call, vocid: str) -> None:
    if call.conference is None:
        call.conference = Conference(vocid)
    bridge(call)


def bridge(call: Call) -> None:
    """Make the conference's bridge, unless it stands."""
    if not call.bridged:
        call.bridged = True
        requests.make_bridge(call, call.id)


def _recorded(call: Call) -> None:
    conference = call.conference
    if conference and conference.vocid and not conference.begun:
        conference.begun = True
        taping.of_conference(call, conference.vocid)


def _dissolve(call: Call, *, early: bool) -> None:
    """End the conference; its bridge goes when nobody is in it any more who was not answered yet."""
    if call.conference:
        taping.conference_over(call)
        call.conference = None
    if call.bridged and not early:
        call.bridged = False
        requests.drop_bridge(call, call.id)


def _seat(call: Call, leg: Leg) -> None:
    doing = leg.doing
    meeting = doing if isinstance(doing, Meeting) else None
    wanted = _bridge(call, leg, meeting)
    muted = meeting is not None and meeting.muted
    if muted:
        requests.mute(call, leg, muted=True)
    if leg.line.bridge not in ("", wanted) and _ours(call, leg):
        requests.take_out(call, leg.channel, leg.line.bridge)
        leg.line.bridge = leg.line.entered = ""
    _coach(call, leg, meeting)
    if meeting:
        _quiet(call, leg, meeting)
        if wanted and leg.line.bridge != wanted:
            _enter(call, leg, wanted)
        _entertain(call, leg, meeting)
    if not muted:
        requests.mute(call, leg, muted=False)


def _bridge(call: Call, leg: Leg, meeting: Meeting | None) -> str:
    """Give the bridge that a leg should be in: the call's, or one with the ear at who is coached, or none."""
    if meeting is None or meeting.held is not None:
        return ""
    return room(call, leg) if meeting.coaches else call.id


def room(call: Call, leg: Leg) -> str:
    """Name the bridge of one who coaches."""
    return f"{call.id}.{leg.id}.c"


def _ours(call: Call, leg: Leg) -> bool:
    """Tell whether a leg is in the conference's bridge, or in its own; what a `dial` of its script made is not ours."""
    return leg.line.bridge in (call.id, room(call, leg))


def _enter(call: Call, leg: Leg, wanted: str) -> None:
    if wanted == call.id:
        taping.somebody_comes_in(call)
    else:
        requests.make_bridge(call, wanted)
    requests.put_in(call, leg.channel, wanted)
    leg.line.bridge = wanted


def _quiet(call: Call, leg: Leg, meeting: Meeting) -> None:
    """Stop what is heard on hold, when that is over or is to be something else."""
    sounding = meeting.sounding
    if sounding and (meeting.held is None or sounding.prompt != Play(meeting.held, 0)):
        playing.stop(call, leg)
        meeting.sounding = None


def _entertain(call: Call, leg: Leg, meeting: Meeting) -> None:
    if meeting.held and meeting.sounding is None:
        meeting.sounding = playing.begin(call, leg, Play(meeting.held, 0), for_ever=True)


def _coach(call: Call, leg: Leg, meeting: Meeting | None) -> None:
    """Put an ear to who is coached, or take it away; who is not there now is listened to when they are back."""
    target = _coached(call, meeting)
    if leg.coaching and leg.coaching.target != target:
        requests.hang_up(call, leg.coaching.snoop)
        leg.coaching = None
    if meeting is None or not meeting.coaches:
        if leg.room:
            requests.drop_bridge(call, room(call, leg))
            leg.room = False
        return
    leg.room = True
    if target and leg.coaching is None:
        snoop = f"{call.id}.{leg.id}.s{call.number()}"
        leg.coaching = Coaching(snoop, target)
        requests.snoop(call, target, snoop, "out")


def _coached(call: Call, meeting: Meeting | None) -> str:
    coached = call.legs.get(meeting.coaches) if meeting and meeting.coaches else None
    if coached is None or not coached.live or not isinstance(coached.doing, Meeting):
        return ""
    return coached.channel if coached.answered else ""


def snoop_came(call: Call, leg: Leg, coaching: Coaching) -> None:
    """Bring the ear to who listens by it."""
    coaching.there = True
    requests.make_bridge(call, room(call, leg))
    requests.put_in(call, coaching.snoop, room(call, leg))
