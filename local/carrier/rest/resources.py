"""Calls, conferences, participants and recordings as the REST API shows them.

Every field of Twilio's published schemas is there; what a laptop knows nothing of is None.
"""

from hashlib import md5

from local.carrier.legs.addresses import PHONE
from local.carrier.legs.calls import Call
from local.carrier.legs.conferences import Conference, Participant
from local.carrier.legs.recordings import Recording
from local.carrier.rest.paging import Resource
from local.carrier.wire.plant import API_VERSION, Plant, rfc2822

PARTICIPANT_STATUS = {
    "queued": "queued", "initiated": "connecting", "ringing": "ringing", "in-progress": "connected",
    "completed": "complete",
}  # fmt: skip
BELOW_A_CALL = (
    "Events", "Notifications", "Payments", "Recordings", "Siprec", "Streams", "Transcriptions",
    "UserDefinedMessages", "UserDefinedMessageSubscriptions",
)  # fmt: skip
BELOW_A_RECORDING = ("AddOnResults", "Transcriptions")


def call(plant: Plant, item: Call) -> Resource:
    """A Call resource."""
    own = f"{plant.account_uri}/Calls/{item.sid}"
    return {
        "sid": item.sid,
        "account_sid": plant.settings.account_sid,
        "parent_call_sid": item.parent_sid or None,
        "from": item.from_,
        "from_formatted": item.from_,
        "to": item.to,
        "to_formatted": item.to,
        "status": "queued" if item.status == "initiated" else item.status,
        "direction": item.direction,
        "date_created": rfc2822(item.created_at),
        "date_updated": rfc2822(plant.time.now),
        "start_time": _moment(_dialled_at(item)),
        "end_time": _moment(item.ended_at),
        "duration": str(item.seconds(plant.time.now)) if item.ended and item.answered_at is not None else None,
        "queue_time": str(round(item.queue_seconds * 1000)),
        "phone_number_sid": _number_sid(item),
        "annotation": None,
        "answered_by": None,
        "api_version": API_VERSION,
        "caller_name": item.extra.get("CallerName"),
        "forwarded_from": item.extra.get("ForwardedFrom"),
        "group_sid": None,
        "trunk_sid": None,
        "stir_verstat": item.extra.get("StirVerstat"),
        "price": None,
        "price_unit": "USD",
        "uri": f"{own}.json",
        "subresource_uris": _below(own, BELOW_A_CALL),
    }


def conference(plant: Plant, item: Conference) -> Resource:
    """A Conference resource."""
    own = f"{plant.account_uri}/Conferences/{item.sid}"
    return {
        "sid": item.sid,
        "account_sid": plant.settings.account_sid,
        "friendly_name": item.friendly_name,
        "status": item.status,
        "region": "us1",
        "reason_conference_ended": item.reason_ended or None,
        "call_sid_ending_conference": item.ended_by or None,
        "date_created": rfc2822(item.created_at),
        "date_updated": rfc2822(plant.time.now),
        "api_version": API_VERSION,
        "uri": f"{own}.json",
        "subresource_uris": _below(own, ("Participants", "Recordings")),
    }


def participant(plant: Plant, item: Participant, *, created: bool = False) -> Resource:
    """A Participant resource; how long the call waited is told to whoever `created` it."""
    room = item.conference.sid
    return {
        "account_sid": plant.settings.account_sid,
        "call_sid": item.call.sid,
        "conference_sid": room,
        "label": item.label or None,
        "status": PARTICIPANT_STATUS.get(item.call.status, "failed"),
        "muted": item.muted,
        "hold": item.hold,
        "coaching": item.coaching,
        "call_sid_to_coach": item.coaches or None,
        "start_conference_on_enter": item.start_on_enter,
        "end_conference_on_exit": item.end_on_exit,
        "queue_time": str(round(item.call.queue_seconds * 1000)) if created else None,
        "date_created": rfc2822(item.call.created_at),
        "date_updated": rfc2822(plant.time.now),
        "uri": f"{plant.account_uri}/Conferences/{room}/Participants/{item.call.sid}.json",
    }


def recording(plant: Plant, item: Recording, owner: str = "") -> Resource:
    """A Recording resource, below the account or below its `owner` ("/Calls/CA..."), which shows other fields."""
    own = f"{plant.account_uri}{owner}/Recordings/{item.sid}"
    finished = item.status in {"completed", "absent", "failed"}
    shown: Resource = {
        "sid": item.sid,
        "account_sid": plant.settings.account_sid,
        "call_sid": item.call_sid or None,
        "conference_sid": item.conference_sid or None,
        "status": "processing" if item.status == "stopped" else item.status,
        "source": item.source,
        "channels": item.channels,
        "duration": str(round(item.seconds)) if finished else "-1",
        "error_code": item.error_code,
        "start_time": rfc2822(item.started_at),
        "date_created": rfc2822(item.started_at),
        "date_updated": rfc2822(plant.time.now),
        "api_version": API_VERSION,
        "encryption_details": None,
        "price": None,
        "price_unit": "USD",
        "uri": f"{own}.json",
    }
    if not owner:
        shown |= {"media_url": f"{plant.settings.public_url}{own}", "subresource_uris": _below(own, BELOW_A_RECORDING)}
    elif item.call_sid:
        shown["track"] = item.track
    return shown


def _below(own: str, names: tuple[str, ...]) -> dict[str, str]:
    """Where a resource's own lists are: "AddOnResults" is called add_on_results."""
    return {_snake(name): f"{own}/{name}.json" for name in names}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).removeprefix("_")


def _dialled_at(item: Call) -> float | None:
    """When the far end was called; a call that still waits in the queue, or never left it, has no such time."""
    moment = item.created_at + item.queue_seconds
    waits = item.status == "queued" or (item.ended_at is not None and item.ended_at < moment)
    return None if waits else moment


def _number_sid(item: Call) -> str | None:
    """The sid of the account's number that was called, or from which was called; the same for the same number."""
    number = item.to if item.direction == "inbound" else item.from_
    if not PHONE.fullmatch(number):
        return None
    return f"PN{md5(number.encode(), usedforsecurity=False).hexdigest()}"


def _moment(moment: float | None) -> str | None:
    return None if moment is None else rfc2822(moment)
