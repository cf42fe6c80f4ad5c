"""Gather: prompts, keys, speech and the times between them."""

from collections import deque

from local.carrier.documents.run import Run
from local.carrier.documents.twiml import Verb
from local.carrier.scheduling import Timer

DEFAULT_TIMEOUT = 5.0
SURE = "0.9"
"""How sure the carrier always is of what it understood."""


class Gathering:
    """One Gather being carried out."""

    def __init__(self, run: Run, verb: Verb) -> None:
        self._run = run
        self._verb = verb
        self._prompts = deque(verb.children)
        self._digits = ""
        self._over = False
        self._timer: Timer | None = None

    def start(self) -> None:
        """Listen, and play what is nested."""
        wanted = self._verb.get("input", "dtmf")
        if self._verb.flag("bargeIn", default=True):
            self._listen(wanted)
        self._next_prompt(wanted)

    def _listen(self, wanted: str) -> None:
        if "dtmf" in wanted:
            self._run.call.keypad = self._press
        if "speech" in wanted:
            self._run.call.microphone = self._speak

    def _next_prompt(self, wanted: str) -> None:
        if self._prompts:
            self._run.sound(self._prompts.popleft(), lambda: self._next_prompt(wanted))
        else:
            self._listen(wanted)
            self._wait()

    def _wait(self) -> None:
        if self._timer:
            self._timer.cancel()
        seconds = self._verb.seconds("timeout", DEFAULT_TIMEOUT)
        self._timer = self._run.house.plant.time.after(seconds, self._run.guarded(self._timed_out))

    def _press(self, key: str) -> None:
        self._run.hush()
        if key == self._verb.get("finishOnKey", "#"):
            self._finish({"Digits": self._digits, "FinishedOnKey": key})
            return
        self._digits += key
        if len(self._digits) == int(self._verb.get("numDigits", "0")):
            self._finish({"Digits": self._digits})
        else:
            self._wait()

    def _speak(self, words: str) -> None:
        self._finish({"SpeechResult": words, "Confidence": SURE})

    def _timed_out(self) -> None:
        if self._digits:
            self._finish({"Digits": self._digits})
        elif self._verb.flag("actionOnEmptyResult", default=False):
            self._finish({"Digits": ""})
        else:
            self._close()
            self._run.next()

    def _finish(self, result: dict[str, str]) -> None:
        if not self._over:
            self._close()
            self._run.fetch(self._verb.get("action"), self._verb.get("method", "POST"), result | {"msg": "Gather End"})

    def _close(self) -> None:
        self._over = True
        self._run.hush()
        self._run.call.unplug()
        if self._timer:
            self._timer.cancel()
