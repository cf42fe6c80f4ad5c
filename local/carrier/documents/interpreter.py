"""Carries out TwiML on a leg, one verb after the other.

A leg has at most one run. Redirecting the leg or ending it stops the run; whatever was still on its way to it (an
answer to a webhook, the end of a prompt) is dropped when it arrives.
"""

from collections.abc import Mapping

from local.carrier.documents.bridging import PartyDial
from local.carrier.documents.gathering import Gathering
from local.carrier.documents.joining import ConferenceDial
from local.carrier.documents.run import House, Perform, Run
from local.carrier.documents.twiml import Verb
from local.carrier.legs.calls import Call, Document

BAD_REJECT = 13999
"""The number is ours: the carrier has none for this."""


class Interpreter:
    """Starts and stops the runs of all legs."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._runs: dict[str, Run] = {}

    def begin(self, call: Call, document: Document, kind: str = "voice") -> None:
        """Fetch the leg's first instructions."""
        run = Run(self._house, VERBS, call, document)
        self._runs[call.sid] = run
        call.on_end.insert(0, lambda: self._stop(call))
        run.start(kind)

    def redirect(self, call: Call, document: Document) -> None:
        """Give the leg other instructions; it leaves its conference by that."""
        self._stop(call)
        self._house.conferences.leave(call, "participant_updated_via_api")
        call.unplug()
        self.begin(call, document, "action")

    def _stop(self, call: Call) -> None:
        run = self._runs.pop(call.sid, None)
        if run:
            run.stop()


def prompt(run: Run, verb: Verb) -> None:
    """Let the party hear something, then go on."""
    run.sound(verb, run.next)


def gather(run: Run, verb: Verb) -> None:
    """Take keys or speech."""
    Gathering(run, verb).start()


def redirect(run: Run, verb: Verb) -> None:
    """Go on with another document."""
    run.fetch(verb.text, verb.get("method", "POST"), {})


def dial(run: Run, verb: Verb) -> None:
    """Join a conference, or talk to another party."""
    kind = ConferenceDial if verb.children[0].name == "Conference" else PartyDial
    kind(run, verb).start()


def reject(run: Run, verb: Verb) -> None:
    """Refuse the call without answering it."""
    if run.call.status != "ringing":
        run.fail(BAD_REJECT, "<Reject> is too late: the call has been answered")
        return
    run.house.switchboard.end(run.call, "busy" if verb.get("reason") == "busy" else "no-answer")


def hang_up(run: Run, _verb: Verb) -> None:
    """End the leg."""
    run.hang_up()


VERBS: Mapping[str, Perform] = {
    "Say": prompt,
    "Play": prompt,
    "Pause": prompt,
    "Gather": gather,
    "Redirect": redirect,
    "Dial": dial,
    "Reject": reject,
    "Hangup": hang_up,
}
