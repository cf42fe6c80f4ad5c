"""One turn of a call while it is being decided: what it knows, what it says, and what it may keep."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.core.carrier.script import Pause, Play, Prompt, Say
from chalicelib.core.flow.model import Flow, Silence, Sound, Spoken, Value, Words
from chalicelib.core.flow.templates import Template, as_text
from chalicelib.core.flow.turns import Context, Run
from chalicelib.core.speech.forms import say
from chalicelib.core.speech.phrases import phrase

LONGEST_VALUE = 500
MOST_OUTPUTS = 50


@dataclass(slots=True)
class Walk:
    """One turn while it is being decided; `secret` are sensitive digits on their way to the next step.

    `withheld` are the tags that are not among `tags`, since nobody but the flow may see them yet.
    """

    flow: Flow
    context: Context
    run: Run
    tags: dict[str, str]
    withheld: dict[str, str]
    prompts: list[Prompt] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    secret: str = field(default="", repr=False)

    def now_at(self, **changes: Any) -> None:
        """Change where the call is."""
        self.run = replace(self.run, **changes)

    def turned(self) -> dict[str, Any]:
        """Give what every outcome has."""
        return {"run": self.run, "tags": self.tags, "withheld": self.withheld, "prompts": tuple(self.prompts)}

    def scene(self, entered: str = "") -> dict[str, Any]:
        """Give what conditions and templates see."""
        run, context = self.run, self.context
        return {
            "tags": self.tags | self.withheld,
            "results": run.results,
            "plugin": run.results.get(run.asked) or {},
            "entered": entered,
            "caller": context.caller,
            "called": context.called,
            "call_id": context.call_id,
            "now": context.now,
            "clock": _clock(context.now),
            "language": run.language,
        }

    def tag(self, name: str, text: str | None) -> None:
        """Set a tag; nothing to set removes it, so that no older value is taken for the new one."""
        private = name in self.flow.private or name in self.withheld
        kept, other = (self.withheld, self.tags) if private else (self.tags, self.withheld)
        other.pop(name, None)
        if text:
            kept[name] = text[:LONGEST_VALUE]
        else:
            kept.pop(name, None)

    def reveal(self, name: str) -> None:
        """Let a tag that was withheld be seen from now on."""
        if name in self.withheld:
            self.tags[name] = self.withheld.pop(name)

    def language(self) -> str:
        """Give the caller's language, or the flow's own where the flow does not speak that."""
        return self.run.language if self.run.language in self.flow.languages else self.flow.language

    def own_phrase(self, key: str) -> Say:
        """Give a sentence of the product's own."""
        return Say(phrase(key, self.language()), self.language())

    def spoken(self, spoken: Spoken, entered: str = "") -> list[Prompt]:
        """Give what is said as prompts."""
        return [self._prompt(part, entered) for part in spoken]

    def _prompt(self, part: Words | Sound | Silence, entered: str) -> Prompt:
        if isinstance(part, Sound):
            return played(part)
        if isinstance(part, Silence):
            return Pause(part.seconds)
        utterance, zone = part.by_language[self.language()], self.context.zone
        voice = utterance.voice
        text = utterance.template.spoken(self.scene(entered), lambda value, form: say(value, form, voice, zone))
        return Say(text, voice)


def played(sound: Sound) -> Play:
    """Give a sound as a prompt."""
    return Play(sound.sound if "://" in sound.sound else f"media:{sound.sound}", sound.loop)


def value_of(value: Value, scene: Mapping[str, Any]) -> Any:
    """Give what a template or an expression finds in `scene`."""
    return value.plain(scene) if isinstance(value, Template) else value.value(scene)


def as_input(value: Any) -> str:
    """Give a value as a plugin is told it; raises ValueError when it is no single value."""
    text = as_text(value)
    if text is None:
        raise ValueError("an input of a plugin is no single value")
    return text[:LONGEST_VALUE]


def kept_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the single values alone, their texts cut: what is stored with each turn stays small."""
    single = [(name, value) for name, value in values.items() if as_text(value) is not None]
    return {
        str(name): value[:LONGEST_VALUE] if isinstance(value, str) else value for name, value in single[:MOST_OUTPUTS]
    }


def _clock(now: str) -> dict[str, Any]:
    """Give the parts of the present moment; `hhmm` compares as the clock does: 8:30 is 830."""
    if not now:
        return {}
    moment = datetime.fromisoformat(now)
    return {
        "date": moment.date().isoformat(),
        "hour": moment.hour,
        "minute": moment.minute,
        "hhmm": moment.hour * 100 + moment.minute,
        "weekday": moment.isoweekday(),
    }
