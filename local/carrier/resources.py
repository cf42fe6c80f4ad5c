"""Calls, conferences, participants and recordings as the REST API shows them."""

from typing import Any

from local.carrier.calls import Call
from local.carrier.conferences import Conference, Participant
from local.carrier.plant import API_VERSION, Plant, rfc2822
from local.carrier.recordings import Recording

Resource = dict[str, Any]
PARTICIPANT_STATUS = {
    "queued": "queued", "initiated": "connecting", "ringing": "ringing", "in-progress": "connected",
    "completed": "complete",
}  # fmt: skip
CHANNELS = {1: "mono", 2: "dual"}


def call(plant: Plant, item: Call) -> Resource:
    """A Call resource."""
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
        "start_time": _moment(item.answered_at),
        "end_time": _moment(item.ended_at),
        "duration": str(item.seconds(plant.time.now)) if item.ended else None,
        "queue_time": str(round(item.queue_seconds * 1000)),
        "answered_by": None,
        "api_version": API_VERSION,
        "caller_name": item.extra.get("CallerName"),
        "forwarded_from": item.extra.get("ForwardedFrom"),
        "price": None,
        "price_unit": "USD",
        "uri": f"{plant.account_uri}/Calls/{item.sid}.json",
        "subresource_uris": {"recordings": f"{plant.account_uri}/Calls/{item.sid}/Recordings.json"},
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
        "subresource_uris": {"participants": f"{own}/Participants.json", "recordings": f"{own}/Recordings.json"},
    }


def participant(plant: Plant, item: Participant) -> Resource:
    """A Participant resource."""
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
        "queue_time": str(round(item.call.queue_seconds * 1000)),
        "date_created": rfc2822(item.call.created_at),
        "date_updated": rfc2822(plant.time.now),
        "uri": f"{plant.account_uri}/Conferences/{room}/Participants/{item.call.sid}.json",
    }


def recording(plant: Plant, item: Recording) -> Resource:
    """A Recording resource."""
    own = f"{plant.account_uri}/Recordings/{item.sid}"
    finished = item.status in {"completed", "absent", "failed"}
    return {
        "sid": item.sid,
        "account_sid": plant.settings.account_sid,
        "call_sid": item.call_sid or None,
        "conference_sid": item.conference_sid or None,
        "status": "processing" if item.status == "stopped" else item.status,
        "source": item.source,
        "channels": item.channels,
        "track": item.track,
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
        "media_url": f"{plant.settings.public_url}{own}",
    }


def page(name: str, items: list[Resource], uri: str, size: int) -> Resource:
    """The only page of a list: what does not fit on it is not shown."""
    return {
        name: items[:size],
        "page": 0,
        "page_size": size,
        "start": 0,
        "end": max(0, min(len(items), size) - 1),
        "uri": uri,
        "first_page_uri": uri,
        "next_page_uri": None,
        "previous_page_uri": None,
    }


def _moment(moment: float | None) -> str | None:
    return None if moment is None else rfc2822(moment)
