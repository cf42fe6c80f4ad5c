"""What is counted and measured, in Prometheus's text form.

Every metric stands in the table below with what it means; infra/asterisk/README.md tells the same, and a test says when
it does not. Nothing of a caller's is in a label: labels have few values, which are written here or in the code.

The form: https://prometheus.io/docs/instrumenting/exposition_formats/ (text, version 0.0.4). It is small enough to be
written here; the client library would be one more package beside every Asterisk.
"""

import bisect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

PREFIX: Final = "icall_bridge_"
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[tuple[str, str], ...]
Reading = float | Mapping[str, float]

_BOUNDS: Sequence[float] = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Of the histograms, in seconds."""


@dataclass(frozen=True, slots=True)
class Metric:
    """How a metric is kept (counter, gauge or histogram), its labels, and what it means."""

    kind: str
    labels: tuple[str, ...]
    meaning: str


def _counter(meaning: str, *labels: str) -> Metric:
    return Metric("counter", labels, meaning)


def _gauge(meaning: str, *labels: str) -> Metric:
    return Metric("gauge", labels, meaning)


def _histogram(meaning: str, *labels: str) -> Metric:
    return Metric("histogram", labels, meaning)


METRICS: Final[Mapping[str, Metric]] = {
    "calls": _gauge("Calls that have a leg here now."),
    "legs": _gauge("Legs that are here now, by what they are doing.", "doing"),
    "events_total": _counter("Events told to the stack, by how it took them: taken, refused or failed.", "outcome"),
    "events_waiting": _gauge("Events in the journal that the stack has not taken yet."),
    "events_oldest_seconds": _gauge("Age of the oldest event that the stack has not taken yet."),
    "telling_seconds": _histogram("How long the stack takes to answer an event."),
    "commands_total": _counter("Commands of the stack that were dealt with, given out once or again.", "given"),
    "command_age_seconds": _histogram("From a command's making in the stack until it was carried out here."),
    "ari_seconds": _histogram("How long Asterisk takes to answer a request."),
    "journal_lost_total": _counter("Lines that the journal could not keep: its disk is full."),
    "ari_errors_total": _counter("Requests that Asterisk did not answer well: silent or failed.", "why"),
    "ari_breaker_open": _gauge("1 while Asterisk is not asked because it does not answer."),
    "asterisk_working": _gauge("1 while Asterisk answers the probe, 0 while it is frozen or away."),
    "prompts_total": _counter("Prompts that were asked for, by what they are and how that went.", "kind", "outcome"),
    "prompt_seconds": _histogram("How long it took to make a prompt ready that was not ready yet.", "kind"),
    "sounds": _gauge("Sounds that are ready on disk."),
    "sounds_bytes": _gauge("Bytes of them."),
    "disk_full_total": _counter("Sounds that no disk took."),
    "speech_kept_total": _counter("Speech put into the stack's store, by how that went.", "outcome"),
    "uploads_total": _counter("Recordings uploaded, by how that went.", "outcome"),
    "recordings_waiting": _gauge("Recordings on disk, of talks that last and those that wait to be fetched."),
    "recordings_oldest_seconds": _gauge("Age of the oldest recording on disk."),
    "disk_free_bytes": _gauge("Free bytes of the disks that are written to.", "folder"),
    "resident_memory_bytes": _gauge("Memory of the bridge."),
    "open_files": _gauge("Files and sockets that the bridge holds open."),
    "cpu_seconds_total": _counter("Processor time of the bridge."),
    "loop_late_seconds": _histogram("How late the bridge's own clock ticks: its processor is too busy."),
}


@dataclass(slots=True)
class _Histogram:
    """Times by bucket, the last for whatever is above."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(_BOUNDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        self.buckets[bisect.bisect_left(_BOUNDS, seconds)] += 1
        self.total += seconds


class Metrics:
    """Counts and measures; a name or label that is not in the table is a KeyError: a slip of ours."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[Labels, float]] = {}
        self._histograms: dict[str, dict[Labels, _Histogram]] = {}
        self._readings: dict[str, Callable[[], Reading]] = {}

    def count(self, name: str, by: float = 1, **labels: str) -> None:
        """Add to a counter."""
        counts = self._counts.setdefault(name, {})
        chosen = _labels(name, labels)
        counts[chosen] = counts.get(chosen, 0) + by

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Note how long something took."""
        self._histograms.setdefault(name, {}).setdefault(_labels(name, labels), _Histogram()).add(seconds)

    def read(self, name: str, reading: Callable[[], Reading]) -> None:
        """Let a gauge be read when it is asked for: a number, or numbers by the value of its one label."""
        _labels(name, dict.fromkeys(METRICS[name].labels, ""))
        self._readings[name] = reading

    def counted(self, name: str, **labels: str) -> float:
        """Give what a counter has come to."""
        return self._counts.get(name, {}).get(_labels(name, labels), 0)

    def text(self) -> str:
        """Give all of it, as Prometheus reads it."""
        return "\n".join(line for name, metric in METRICS.items() for line in self._lines(name, metric)) + "\n"

    def _lines(self, name: str, metric: Metric) -> Iterator[str]:
        samples = list(self._samples(name, metric))
        if not samples:
            return
        yield f"# HELP {PREFIX}{name} {metric.meaning}"
        yield f"# TYPE {PREFIX}{name} {metric.kind}"
        for suffix, labels, value in samples:
            yield f"{PREFIX}{name}{suffix}{_shown(labels)} {_number(value)}"

    def _samples(self, name: str, metric: Metric) -> Iterator[tuple[str, Labels, float]]:
        for labels, value in self._counts.get(name, {}).items():
            yield "", labels, value
        for labels, histogram in self._histograms.get(name, {}).items():
            yield from _histogram_samples(labels, histogram)
        if name in self._readings:
            reading = self._readings[name]()
            by_label = reading.items() if isinstance(reading, Mapping) else [("", reading)]
            for label, value in by_label:
                yield "", tuple((known, label) for known in metric.labels), value


def _histogram_samples(labels: Labels, histogram: _Histogram) -> Iterator[tuple[str, Labels, float]]:
    below = 0
    for bound, times in zip((*_BOUNDS, math.inf), histogram.buckets, strict=True):
        below += times
        yield "_bucket", (*labels, ("le", _number(bound))), below
    yield "_sum", labels, histogram.total
    yield "_count", labels, below


def _labels(name: str, given: Mapping[str, str]) -> Labels:
    metric = METRICS[name]
    if given.keys() != set(metric.labels):
        raise KeyError(f"{name} has the labels {metric.labels}")
    return tuple((label, given[label]) for label in metric.labels)


def _shown(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf"
    return str(int(value)) if float(value).is_integer() else repr(float(value))
