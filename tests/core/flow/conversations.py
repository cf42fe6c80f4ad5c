"""A caller in a flow: presses keys, hears what is said, and shows what the engine decided."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Self

from chalicelib.core.carrier.script import Say
from chalicelib.core.flow.engine import (
    Ask,
    Began,
    Context,
    Digits,
    Event,
    NoInput,
    Outcome,
    PluginAnswered,
    PluginFailed,
    QueueLeft,
    advance,
    begin,
)
from chalicelib.core.flow.model import Flow


class Caller:
    """One call in a flow; its `run` goes through JSON between turns, as when it is stored."""

    def __init__(self, flow: Flow, language: str | None = None, **facts: Any) -> None:
        self.flow = flow
        self.context = Context(**({"caller": "83366857", "now": "2026-03-05T14:05:00"} | facts))
        self.outcome: Outcome = advance(flow, begin(flow, 1, language), Began(), self.context)
        self._remember()

    def _remember(self) -> None:
        self.context = replace(self.context, tags=self.outcome.tags, withheld=self.outcome.withheld)

    def meets(self, event: Event) -> Self:
        run = type(self.outcome.run)(**json.loads(json.dumps(asdict(self.outcome.run))))
        self.outcome = advance(self.flow, run, event, self.context)
        self._remember()
        return self

    def presses(self, *entries: str) -> Self:
        for digits in entries:
            self.meets(Digits(digits))
        return self

    def waits(self) -> Self:
        return self.meets(NoInput())

    def is_answered(self, **outputs: Any) -> Self:
        return self.meets(PluginAnswered(outputs))

    def is_failed(self, reason: str = "timeout", text: Mapping[str, str] | None = None) -> Self:
        return self.meets(PluginFailed(reason, text or {}))

    def leaves_queue(self, way: str) -> Self:
        return self.meets(QueueLeft(way))

    @property
    def hears(self) -> str:
        """What the outcome says, before and within its question."""
        prompts = (*self.outcome.prompts, *(self.outcome.gather.prompts if isinstance(self.outcome, Ask) else ()))
        return " ".join(prompt.text for prompt in prompts if isinstance(prompt, Say))

    @property
    def step(self) -> str:
        return self.outcome.run.step
