"""What operators see, by Powertools: structured lines with the call they are about, and metrics.

Nothing of a caller's gets through: a fact must have one of the names that core/ground/metrics.py lists, and in every
text a run of digits as long as a telephone number is blotted out, also in the trace of an error that nobody expected.
"""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.core.ground.metrics import FACTS

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

_NAMESPACE = "icall"

# Not within an id: ours and the carriers' have letters in them or dashes around.
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\+?\d{7,}(?![0-9A-Za-z])")
_BLOT = "[number]"
_SMALLEST_BLOTTED = 10_000_000
_POWERTOOLS_OWN = frozenset({"timestamp", "function_request_id", "function_arn", "xray_trace_id"})


class PowertoolsWatch:
    """Logs and counts for the service `service`; safe for threads, of which the laptop has several."""

    def __init__(self, service: str = "icall", *, level: str = "INFO") -> None:
        self._service = service
        self._level = level

    def bind(self, call_id: str) -> None:
        """Put the call's id into every line from here on, in this thread; empty: into none."""
        self.logger.thread_safe_clear_keys()
        if call_id:
            self.logger.thread_safe_append_keys(call=call_id)

    def note(self, message: str, **facts: str | float) -> None:
        """Write a structured line; facts that have no place in it are dropped, and their names told."""
        known = {name: value for name, value in facts.items() if name in FACTS}
        dropped = sorted(facts.keys() - known.keys())
        extra: dict[str, Any] = known | ({"dropped": dropped} if dropped else {})
        self.logger.info(message, extra=extra)

    def count(self, metric: str, value: float = 1, unit: str = "Count") -> None:
        """Add to a metric, at once: what was counted survives the death of its handler."""
        # Imported on first use, as the logger.
        from aws_lambda_powertools.metrics import MetricUnit, single_metric  # noqa: PLC0415

        dimensions = {"service": self._service}
        with single_metric(str(metric), MetricUnit[unit], value, namespace=_NAMESPACE, default_dimensions=dimensions):
            pass

    @cached_property
    def logger(self) -> "Logger":
        """The logger, also for what entry points add to it (request id, cold start)."""
        # Imported on first use: it takes 30 ms of a cold start, which tools that log nothing need not pay.
        from aws_lambda_powertools import Logger  # noqa: PLC0415

        return Logger(service=self._service, level=self._level, json_serializer=_line)


def start_tracing(service: str = "icall") -> None:
    """Trace this function's requests to AWS from now on; nothing of their content is kept."""
    from aws_lambda_powertools import Tracer  # noqa: PLC0415 - it takes 200 ms of a cold start

    Tracer(service=service, patch_modules=("botocore",))


def _line(fields: Mapping[str, Any]) -> str:
    shown = {name: value if name in _POWERTOOLS_OWN else _blotted(value) for name, value in fields.items()}
    return json.dumps(shown, ensure_ascii=False)


def _blotted(value: Any) -> Any:
    """Give the value as JSON can hold it, without numbers that somebody could be called by."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {name: _blotted(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_blotted(inner) for inner in value]
    if isinstance(value, int | float):
        return value if abs(value) < _SMALLEST_BLOTTED else _BLOT
    return _NUMBER.sub(_BLOT, str(value))
