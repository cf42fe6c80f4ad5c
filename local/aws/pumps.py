"""What drives the app's functions besides HTTP and sockets: its table's stream, its queues, its schedules.

Which function hears what is read from the app's decorators; which queue or stream that is, from the template.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Protocol, Self

from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Chalice, DynamoDBEventConfig, ScheduledEventConfig, SQSEventConfig

from infra.resources import EventSource
from local.aws.delivery import LOG, Delivery
from local.aws.embedded import EmbeddedAws
from local.aws.faults import Faults
from local.aws.functions import Functions
from local.aws.queue_pump import QueuePump
from local.aws.schedule_pump import SchedulePump, period
from local.aws.stream_pump import Checkpoints, StreamPump

_MOST_PATIENT: Final = 5  # doublings of the pause after failures


class Pump(Protocol):
    """Something that delivers, one step at a time."""

    failures: int

    def turn(self) -> int:
        """Delivers what there is, at most one batch; answers how much."""
        ...


@dataclass(frozen=True, slots=True)
class Timing:
    """How often is looked, in seconds.

    `visibility_seconds` replaces the queues' own visibility time-outs; `periods` replaces the schedules of the
    functions that it names.
    """

    stream_seconds: float = 0.08
    queue_seconds: float = 0.3
    schedule_seconds: float = 0.2
    visibility_seconds: int | None = None
    periods: Mapping[str, float] = field(default_factory=dict)
    queue_workers: int = 2


class Pumps:
    """All pumps of an app: run by threads between start and stop, or by hand with `turn`, `drain` and `fire`."""

    def __init__(
        self, aws: EmbeddedAws, app: Chalice, timing: Timing | None = None, faults: Faults | None = None
    ) -> None:
        self.faults: Final = faults or Faults()
        self._aws = aws
        self._timing = timing or Timing()
        self._functions = Functions(app)
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []
        self._pumps: dict[str, Pump] = {}
        self._pauses: dict[str, float] = {}
        for config in app.event_sources:
            self._add(config)

    @property
    def names(self) -> frozenset[str]:
        """The functions that are fed."""
        return frozenset(self._pumps)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begins to deliver, in threads."""
        self._ended.clear()
        for name, pump in self._pumps.items():
            workers = self._timing.queue_workers if isinstance(pump, QueuePump) else 1
            for number in range(workers):
                thread = threading.Thread(
                    target=self._run, args=(name, pump), name=f"pump-{name}-{number}", daemon=True
                )
                self._threads.append(thread)
                thread.start()

    def stop(self) -> None:
        """Ends when every function that runs has answered; what was not delivered waits for the next start."""
        self._ended.set()
        while self._threads:
            self._threads.pop().join()

    def turn(self, name: str) -> int:
        """One step of one pump, here and now; answers how much was delivered."""
        return self._pumps[name].turn()

    def drain(self, name: str) -> int:
        """Steps until nothing more is delivered; answers how much was."""
        total = 0
        while moved := self.turn(name):
            total += moved
        return total

    def fire(self, name: str) -> None:
        """Calls a scheduled function now."""
        pump = self._pumps[name]
        if not isinstance(pump, SchedulePump):
            raise TypeError(f"{name} has no schedule.")
        pump.fire()

    def _run(self, name: str, pump: Pump) -> None:
        while not self._ended.is_set():
            try:
                moved = pump.turn()
            except (BotoCoreError, ClientError):
                LOG.exception("%s: the stream or queue cannot be read; it is tried again", name)
                moved = 0
            if not moved:
                self._ended.wait(self._pauses[name] * 2 ** min(pump.failures, _MOST_PATIENT))

    def _add(self, config: Any) -> None:
        delivery = Delivery(self._functions, config.name, self.faults)
        if isinstance(config, ScheduledEventConfig):
            expression = config.schedule_expression
            words = expression if isinstance(expression, str) else expression.to_string()
            seconds = self._timing.periods.get(config.name) or period(words)
            self._keep(config.name, SchedulePump(delivery, seconds), self._timing.schedule_seconds)
        elif isinstance(config, DynamoDBEventConfig):
            self._keep(config.name, self._stream(delivery, config), self._timing.stream_seconds)
        elif isinstance(config, SQSEventConfig):
            self._keep(config.name, self._queue(delivery, config), self._timing.queue_seconds)
        else:
            raise TypeError(f"The laptop cannot feed {config.name}: {type(config).__name__}.")

    def _keep(self, name: str, pump: Pump, pause_seconds: float) -> None:
        self._pumps[name] = pump
        self._pauses[name] = pause_seconds

    def _stream(self, delivery: Delivery, config: DynamoDBEventConfig) -> StreamPump:
        source = self._source(config.name)
        return StreamPump(
            delivery,
            self._aws.client("dynamodbstreams"),
            self._aws.names.arns[f"{source.resource}.StreamArn"],
            {"BatchSize": config.batch_size, **source.properties},
            self._dead_letters(source),
            Checkpoints(self._aws.checkpoint_file),
            lasting_iterators=self._aws.engine != "moto",
        )

    def _dead_letters(self, source: EventSource) -> Any:
        failure = source.properties["DestinationConfig"]["OnFailure"]
        url = self._aws.names.refs[failure["Destination"]["Fn::GetAtt"][0]]
        client = self._aws.client("sqs")
        return lambda body: client.send_message(QueueUrl=url, MessageBody=body)

    def _queue(self, delivery: Delivery, config: SQSEventConfig) -> QueuePump:
        source = self._source(config.name)
        return QueuePump(
            delivery,
            self._aws.client("sqs"),
            self._aws.names.refs[source.resource],
            self._aws.names.arns[source.resource],
            config.batch_size,
            self._timing.visibility_seconds,
        )

    def _source(self, name: str) -> EventSource:
        logical = "".join(word.capitalize() for word in name.split("_"))
        source = self._aws.declared.sources.get(logical)
        if source is None:
            raise LookupError(f"infra/template.yaml declares no event source for {name}() (as {logical}).")
        return source
