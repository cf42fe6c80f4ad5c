"""The emulated carrier as a whole: the parts list, and the doors for tests, the server and the command line."""

from collections.abc import Callable, Mapping

from local.carrier.documents.interpreter import Interpreter
from local.carrier.documents.prompts import Prompts
from local.carrier.documents.run import House
from local.carrier.documents.stage import Stage
from local.carrier.documents.waiting_room import WaitingRoom
from local.carrier.faults import Faults
from local.carrier.handle import CallHandle, DeviceHandle
from local.carrier.legs.calls import Call, Document
from local.carrier.legs.conferences import Conferences
from local.carrier.legs.devices import Device, Devices
from local.carrier.legs.numbering import Numbering
from local.carrier.legs.recordings import Recordings
from local.carrier.legs.switchboard import Switchboard
from local.carrier.messages import Request, Response, Transport
from local.carrier.rest.calls import Calls
from local.carrier.rest.conferences import ConferenceResource, ParticipantResource
from local.carrier.rest.paging import Pages
from local.carrier.rest.recordings import RecordingResource
from local.carrier.rest.service import NoAnswerError, Rest, RestAnswer, Routes
from local.carrier.scheduling import Time, VirtualTime
from local.carrier.settings import CarrierSettings, Mode, Number
from local.carrier.sound import SoundSource
from local.carrier.wire.journal import Exchanged, Journal, ProviderError
from local.carrier.wire.plant import Plant


class Exchange:
    """One account at the emulated carrier.

    Args:
        settings: The account, its numbers and the carrier's habits.
        transport: Performs webhooks; the product's web application, in one process or over HTTP.
        time: Virtual for tests (the default), `WallTime` for a running laptop.
        seed: Makes all ids the same in every run; None makes them unique.
        show: Gets a line for every exchange and error.
        sound: Fills recordings; silence by default.
    """

    def __init__(
        self,
        settings: CarrierSettings,
        transport: Transport,
        time: Time | None = None,
        *,
        seed: int | None = 1,
        show: Callable[[str], None] | None = None,
        sound: SoundSource | None = None,
    ) -> None:
        self.time: Time = time or VirtualTime()
        self.journal = Journal(show)
        self.plant = Plant.build(settings, transport, self.time, self.journal, seed)
        self.numbering = Numbering(settings.numbers)
        self.devices = Devices(settings, self.numbering)
        self.recordings = Recordings(self.plant, sound)
        self.conferences = Conferences(self.plant, self.recordings)
        self.switchboard = Switchboard(self.plant, self.devices, self.conferences, self.recordings)
        self.stage = Stage()
        prompts = Prompts(self.plant, self.stage)
        waiting_room = WaitingRoom(self.plant, prompts, self.conferences)
        self._interpreter = Interpreter(
            House(self.plant, self.switchboard, self.conferences, self.numbering, prompts, waiting_room)
        )
        self._rest = Rest(self.plant, self._routes(waiting_room))
        self._handles: dict[str, CallHandle] = {}
        for address, mode in settings.devices.items():
            self.devices.register(address, mode)

    @property
    def errors(self) -> list[ProviderError]:
        """What the carrier would show in its debugger; a good run leaves it empty."""
        return self.journal.errors

    @property
    def log(self) -> list[Exchanged]:
        """Every webhook and REST request."""
        return self.journal.log

    @property
    def faults(self) -> Faults:
        """The rules that spoil webhooks and REST answers."""
        return self.plant.faults

    def number(self, number: str, voice_url: str, status_callback: str = "") -> None:
        """Give the account a number."""
        with self.time.lock:
            self.numbering.assign(Number(number, voice_url, status_callback))

    def device(self, address: str, mode: Mode = "manual", answers_after: float = 1.0) -> DeviceHandle:
        """Register what is called under an address, or change how it behaves."""
        with self.time.lock:
            return DeviceHandle(self, self.devices.register(address, mode, answers_after))

    def remove_device(self, address: str) -> None:
        """Take an endpoint away."""
        with self.time.lock:
            self.devices.remove(address)

    def known_device(self, address: str) -> DeviceHandle:
        """The endpoint behind an address as it is."""
        with self.time.lock:
            return DeviceHandle(self, self.devices.called(address))

    def dial(self, from_: str, to: str, extra: Mapping[str, str] | None = None) -> CallHandle:
        """A customer calls a number of the account; raises UnknownNumberError when there is none such.

        Args:
            from_: The caller's number.
            to: The number called.
            extra: Further webhook fields, as CallerName, ForwardedFrom or SipHeader_X-...
        """
        with self.time.lock:
            number = self.numbering.find(to)
            call = self.switchboard.incoming(from_, number, extra or {})
            self._interpreter.begin(call, Document(number.voice_url, number.voice_method))
            return self.handle(call)

    def handle(self, call: Call) -> CallHandle:
        """The party's end of a leg, always the same one."""
        return self._handles.setdefault(call.sid, CallHandle(self, call))

    def call(self, sid: str) -> Call:
        """A leg by its sid; KeyError when there is none."""
        return self.switchboard.calls[sid]

    def press(self, call: Call, digit: str) -> None:
        """One key, at once."""
        call.transcript.add(self.time.now, "presses", digit)
        if call.answered and call.listened_to:
            call.keypad(digit)
        else:
            self.switchboard.note(call, f"nobody listens to the key {digit}")

    def speak(self, call: Call, words: str) -> None:
        """Words, at once."""
        call.transcript.add(self.time.now, "says", words)
        if call.answered:
            call.microphone(words)

    def rest_answer(self, request: Request) -> RestAnswer:
        """Answer a REST request; the faults on the way back are left to whoever carries the answer."""
        with self.time.lock:
            return self._rest.answer(request)

    def rest(self, request: Request) -> Response:
        """Answer a REST request in this process.

        Raises:
            NoAnswerError: A fault dropped the connection, before or after the request was carried out.
        """
        answer = self.rest_answer(request)
        if answer.late:
            self.pause(answer.late)
        if answer.dropped:
            raise NoAnswerError("the carrier dropped the connection")
        return answer.response

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.time.run_until(_never, seconds)

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        self._virtual().advance(seconds)

    def run_until_idle(self, within: float = 3600.0) -> None:
        """Let virtual time pass until nothing is due; NeverIdleError when somebody waits in a loop."""
        self._virtual().run_until_idle(within)

    def _virtual(self) -> VirtualTime:
        if not isinstance(self.time, VirtualTime):
            raise TypeError("only virtual time can be moved")
        return self.time

    def _routes(self, waiting_room: WaitingRoom) -> Routes:
        plant, switchboard, pages = self.plant, self.switchboard, Pages(self.plant.ids.age)
        calls = Calls(plant, switchboard, self._interpreter, self.numbering, self.recordings, pages)
        rooms = ConferenceResource(plant, self.conferences, waiting_room, pages)
        seats = ParticipantResource(plant, self.conferences, rooms, calls, switchboard, waiting_room, pages)
        recordings = RecordingResource(plant, self.recordings, calls, rooms, pages)
        return {
            "GET Calls": calls.list,
            "POST Calls": calls.create,
            "GET Calls/{call}": calls.fetch,
            "POST Calls/{call}": calls.update,
            "DELETE Calls/{call}": calls.delete,
            "GET Calls/{call}/Recordings": recordings.list,
            "POST Calls/{call}/Recordings": calls.record,
            "GET Calls/{call}/Recordings/{recording}": recordings.fetch,
            "POST Calls/{call}/Recordings/{recording}": recordings.update,
            "DELETE Calls/{call}/Recordings/{recording}": recordings.delete,
            "GET Conferences": rooms.list,
            "GET Conferences/{conference}": rooms.fetch,
            "POST Conferences/{conference}": rooms.update,
            "GET Conferences/{conference}/Participants": seats.list,
            "POST Conferences/{conference}/Participants": seats.create,
            "GET Conferences/{conference}/Participants/{participant}": seats.fetch,
            "POST Conferences/{conference}/Participants/{participant}": seats.update,
            "DELETE Conferences/{conference}/Participants/{participant}": seats.delete,
            "GET Conferences/{conference}/Recordings": recordings.list,
            "GET Conferences/{conference}/Recordings/{recording}": recordings.fetch,
            "POST Conferences/{conference}/Recordings/{recording}": recordings.update,
            "DELETE Conferences/{conference}/Recordings/{recording}": recordings.delete,
            "GET Recordings": recordings.list,
            "GET Recordings/{recording}": recordings.fetch,
            "DELETE Recordings/{recording}": recordings.delete,
            "GET Recordings/{recording}.wav": recordings.media,
        }


def _never() -> bool:
    return False


__all__ = ["CallHandle", "Device", "DeviceHandle", "Exchange"]
