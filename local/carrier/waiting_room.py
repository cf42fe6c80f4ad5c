"""What a party hears in a conference other than the others: wait music, hold music, announcements."""

from local.carrier.calls import Call
from local.carrier.conferences import Conference, Conferences, Participant
from local.carrier.plant import Plant
from local.carrier.prompts import Prompts
from local.carrier.side_documents import SideDocuments
from local.carrier.stage import Audience, Listeners
from local.carrier.twilio_webhooks import Webhook

WAIT_MUSIC = "(the carrier's wait music)"
HOLD_MUSIC = "(the carrier's hold music)"


class WaitingRoom:
    """Plays to parties that cannot talk at the moment, and over those that can."""

    def __init__(self, plant: Plant, prompts: Prompts, conferences: Conferences) -> None:
        self._plant = plant
        self._prompts = prompts
        self._side = SideDocuments(plant, prompts)
        self._conferences = conferences

    def entertain(self, participant: Participant, music: str | None, method: str) -> None:
        """Play to a party that came too early; no address means the carrier's music, a blank one silence."""

        def waiting() -> list[Call]:
            early = participant.conference.status == "init" and participant.joined
            return [participant.call] if early and not participant.call.ended else []

        self._music(participant, WAIT_MUSIC, music, method, waiting)

    def hold(self, participant: Participant, music: str | None, method: str) -> None:
        """Play to a party on hold."""

        def held() -> list[Call]:
            return [participant.call] if participant.hold and not participant.call.ended else []

        self._music(participant, HOLD_MUSIC, music, method, held)

    def announce(
        self,
        conference: Conference,
        participant: Participant | None,
        address: str,
        method: str,
    ) -> None:
        """Say something to one party or to all; the end of it is an event."""

        def listeners() -> list[Call]:
            seats = [participant] if participant else conference.joined
            return [seat.call for seat in seats if not seat.hold and not seat.call.ended]

        def finished() -> None:
            self._conferences.tell(conference, "announcement-end", participant, {"AnnounceUrl": address})

        webhook = Webhook("media", address, self._fields(conference, participant), method)
        self._side.play(webhook, Audience(listeners), finished)

    def _music(
        self,
        participant: Participant,
        own: str,
        address: str | None,
        method: str,
        listeners: Listeners,
    ) -> None:
        if not listeners():
            return
        if address is None:
            self._prompts.write(listeners, "plays", own)
        elif address:
            webhook = Webhook("media", address, self._fields(participant.conference, participant), method)
            self._side.play(webhook, Audience(listeners, endless=True))

    def _fields(self, conference: Conference, participant: Participant | None) -> dict[str, str]:
        fields = {
            "AccountSid": self._plant.settings.account_sid,
            "ConferenceSid": conference.sid,
            "FriendlyName": conference.friendly_name,
        }
        return fields | ({"CallSid": participant.call.sid} if participant else {})
