"""Carries out TwiML on a leg, one verb after the other.

A leg has at most one run. Redirecting the leg or ending it stops the run; whatever was still on its way to it (an
answer to a webhook, the end of a prompt) is dropped when it arrives.
"""

from collections import deque
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urljoin

from local.carrier.bridging import PartyDial
from local.carrier.calls import Call, Document
from local.carrier.conferences import Conferences
from local.carrier.gathering import Gathering
from local.carrier.numbering import Numbering
from local.carrier.plant import Plant
from local.carrier.prompts import Playing, Prompts
from local.carrier.rooms import ConferenceDial
from local.carrier.stage import Audience
from local.carrier.switchboard import Switchboard, call_fields
from local.carrier.twilio_webhooks import RETRIEVAL_FAILED, Reply, Webhook
from local.carrier.twiml import TwimlError, Verb, parse, read
from local.carrier.waiting_room import WaitingRoom

Value = TypeVar("Value")
LOOPING = 100
"""So many documents in one moment mean that they redirect to each other without end."""
ENDLESS_LOOP = 12999
BAD_REJECT = 13999
"""Both numbers are ours: the carrier has none for these."""
UNANSWERING = frozenset({"Reject", "Pause"})
"""As the first verb these do not pick up; nor does a Dial with answerOnBridge until the other party has."""


class Interpreter:
    """Starts and stops the runs of all legs."""

    def __init__(
        self,
        plant: Plant,
        switchboard: Switchboard,
        conferences: Conferences,
        numbering: Numbering,
        prompts: Prompts,
        room: WaitingRoom,
    ) -> None:
        self.plant = plant
        self.switchboard = switchboard
        self.conferences = conferences
        self.numbering = numbering
        self.prompts = prompts
        self.waiting_room = room
        self._runs: dict[str, Run] = {}

    def begin(self, call: Call, document: Document, kind: str = "voice") -> None:
        """Fetch the leg's first instructions."""
        run = Run(self, call, document)
        self._runs[call.sid] = run
        call.on_end.insert(0, lambda: self._stop(call))
        run.start(kind)

    def redirect(self, call: Call, document: Document) -> None:
        """Give the leg other instructions; it leaves its conference by that."""
        self._stop(call)
        self.conferences.leave(call, "participant_updated_via_api")
        call.unplug()
        self.begin(call, document, "action")

    def _stop(self, call: Call) -> None:
        run = self._runs.pop(call.sid, None)
        if run:
            run.stop()


class Run:
    """One chain of documents on one leg."""

    def __init__(self, interpreter: Interpreter, call: Call, document: Document) -> None:
        self.house = interpreter
        self.call = call
        self.stopped = False
        self.cleanup: Callable[[], None] | None = None
        self._document = document
        self._fell_back = False
        self._address = document.url
        self._verbs: deque[Verb] = deque()
        self._playing = Playing()
        self._moment = -1.0
        self._documents_now = 0

    def start(self, kind: str) -> None:
        """Fetch the first document, or take the one at hand."""
        if self._document.twiml:
            self.house.plant.time.after(0, self.guarded(lambda: self._perform(parse(self._document.twiml))))
        else:
            self.fetch(self._document.url, self._document.method, {}, kind)

    def stop(self) -> None:
        """Drop whatever is under way."""
        self.stopped = True
        self.hush()
        if self.cleanup:
            self.cleanup()

    def hush(self) -> None:
        """Cut the prompt short."""
        self._playing.stop()

    def fetch(self, address: str, method: str, extra: dict[str, str], kind: str = "action") -> None:
        """Ask the product what to do next."""
        self._address = urljoin(self._address, address)
        if self._redirects_without_end():
            return
        fields = call_fields(self.house.plant, self.call) | extra
        webhook = Webhook(kind, self._address, fields, method)
        self.house.plant.webhooks.ask(webhook, self.taking(self._take))

    def guarded(self, action: Callable[[], None]) -> Callable[[], None]:
        """The action, unless the run has been stopped meanwhile."""

        def act() -> None:
            if not self.stopped:
                action()

        return act

    def taking(self, action: Callable[[Value], None]) -> Callable[[Value], None]:
        """As `guarded`, for actions that are given something."""

        def act(value: Value) -> None:
            if not self.stopped:
                action(value)

        return act

    def next(self) -> None:
        """Carry out the next verb; when there is none, hang up."""
        if not self._verbs:
            self.hang_up()
            return
        verb = self._verbs.popleft()
        if _picks_up(verb):
            self.house.switchboard.answer(self.call)
        VERBS[verb.name](self, verb)

    def fail(self, code: int, message: str) -> None:
        """The product is at fault: its fallback address is asked, else the caller is told and the leg ended."""
        self.house.plant.error(code, message, f"{self.call.sid} {self._address}")
        if self._document.fallback_url and not self._fell_back:
            self._fell_back = True
            trouble = {"ErrorCode": str(code), "ErrorUrl": self._address}
            self.fetch(self._document.fallback_url, self._document.fallback_method, trouble)
            return
        self.house.switchboard.answer(self.call)
        self.house.prompts.write(
            lambda: [self.call], "hears", "We are sorry, an application error has occurred. Goodbye."
        )
        self.hang_up()

    def sound(self, verb: Verb, then: Callable[[], None]) -> None:
        """Let the party hear a prompt."""
        address = urljoin(self._address, verb.text)
        self._playing = self.house.prompts.sound(verb, address, Audience(lambda: [self.call]), self.guarded(then))

    def absolute(self, address: str) -> str:
        """An address as seen from the current document."""
        return urljoin(self._address, address)

    def _take(self, reply: Reply) -> None:
        response = reply.response
        if reply.failure or response is None:
            self.fail(RETRIEVAL_FAILED, reply.failure)
            return
        try:
            verbs = read(response.body, response.header("Content-Type"))
        except TwimlError as error:
            self.fail(error.code, str(error))
        else:
            self._perform(verbs)

    def _perform(self, verbs: tuple[Verb, ...]) -> None:
        self._verbs = deque(verbs)
        self.next()

    def _redirects_without_end(self) -> bool:
        now = self.house.plant.time.now
        self._documents_now = self._documents_now + 1 if now == self._moment else 1
        self._moment = now
        if self._documents_now <= LOOPING:
            return False
        self.house.plant.error(ENDLESS_LOOP, "the documents redirect without end", self._address)
        self.hang_up()
        return True

    def prompt(self, verb: Verb) -> None:
        """Let the party hear something, then go on."""
        self.sound(verb, self.next)

    def gather(self, verb: Verb) -> None:
        """Take keys or speech."""
        Gathering(self, verb).start()

    def redirect(self, verb: Verb) -> None:
        """Go on with another document."""
        self.fetch(verb.text, verb.get("method", "POST"), {})

    def dial(self, verb: Verb) -> None:
        """Join a conference, or talk to another party."""
        kind = ConferenceDial if verb.children[0].name == "Conference" else PartyDial
        kind(self, verb).start()

    def reject(self, verb: Verb) -> None:
        """Refuse the call without answering it."""
        if self.call.status != "ringing":
            self.fail(BAD_REJECT, "<Reject> is too late: the call has been answered")
            return
        self.house.switchboard.end(self.call, "busy" if verb.get("reason") == "busy" else "no-answer")

    def hang_up(self, _verb: Verb | None = None) -> None:
        """End the leg."""
        self.house.switchboard.answer(self.call)
        self.house.switchboard.end(self.call, "completed")


def _picks_up(verb: Verb) -> bool:
    return verb.name not in UNANSWERING and not verb.flag("answerOnBridge", default=False)


VERBS: dict[str, Callable[[Run, Verb], None]] = {
    "Say": Run.prompt,
    "Play": Run.prompt,
    "Pause": Run.prompt,
    "Gather": Run.gather,
    "Redirect": Run.redirect,
    "Dial": Run.dial,
    "Reject": Run.reject,
    "Hangup": Run.hang_up,
}
