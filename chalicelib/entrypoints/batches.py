"""The table's stream and the queues: batches of which only what failed comes back."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.core.ground.errors import BusinessSystemsFault
from chalicelib.core.told.notices import OF_CALL, Timer
from chalicelib.core.told.webhook_retries import retry_after
from chalicelib.ports import LineRow, StreamRow, World
from chalicelib.usecases.due import due
from chalicelib.usecases.record import fetch_recording
from chalicelib.usecases.sweep import sweep
from chalicelib.usecases.tell_again import tell_again, tell_lines_again
from chalicelib.usecases.tell_business import Notice, fan_out, tell_business

Failures = dict[str, list[dict[str, str]]]


def stream(
    event: Mapping[str, Any], read_row: Callable[[Mapping[str, Any]], StreamRow | None], world: World
) -> Failures:
    """The table's stream, in order: after the first row that failed, all that follow come back with it.

    The lines come first, once for all rows of the batch: callers wait for nothing else that is told here.
    """
    records, told = event["Records"], 0
    try:
        tell_lines_again(_readable(records, read_row), world)
        for told, record in enumerate(records):  # noqa: B007 - where it stops is what is reported
            row = read_row(record)
            if row is not None and not isinstance(row, LineRow):
                tell_again(row, world)
    except Exception as error:  # noqa: BLE001 - whatever it was, this row has to come back
        world.watch.note("a stream row failed", why=type(error).__name__)
        return {"batchItemFailures": [{"itemIdentifier": records[told]["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def _readable(records: Iterable[Any], read_row: Callable[[Mapping[str, Any]], StreamRow | None]) -> Iterator[StreamRow]:
    """Give the rows before the first that cannot be read: it is met again where rows are told one after the other."""
    for record in records:
        try:
            row = read_row(record)
        except Exception:  # noqa: BLE001 - whatever it was
            return
        if row is not None:
            yield row


def timers(event: Mapping[str, Any], world: World) -> Failures:
    """The queue of timers."""
    return _each(event, lambda record: _due(Timer.from_plain(_body(record)), world), world)


def recordings(event: Mapping[str, Any], world: World) -> Failures:
    """The queue of recordings to be fetched."""
    return _each(event, lambda record: fetch_recording(str(_body(record)["vocid"]), world), world)


def webhooks(event: Mapping[str, Any], world: World) -> Failures:
    """The queue of business notices: first one message for all receivers, then one for each."""
    return _each(event, lambda record: _tell(record, world), world)


def minute(world: World) -> None:
    """The schedule: the last net."""
    sweep(world)


def _due(timer: Timer, world: World) -> None:
    world.watch.bind(timer.subject if timer.kind in OF_CALL else "")
    due(timer, world)


def _tell(record: Mapping[str, Any], world: World) -> None:
    notice = Notice(**_body(record))
    if not notice.endpoint:
        fan_out(notice, world)
        return
    try:
        tell_business(notice, world)
    except BusinessSystemsFault as fault:
        world.watch.note("a webhook was not taken", endpoint=notice.endpoint, kind=notice.type, why=str(fault))
        attempt = int(record.get("attributes", {}).get("ApproximateReceiveCount", "1"))
        world.messages.put_off(str(record["receiptHandle"]), retry_after(attempt))
        raise


def _each(event: Mapping[str, Any], handle: Callable[[Mapping[str, Any]], None], world: World) -> Failures:
    failed = []
    for record in event["Records"]:
        try:
            handle(record)
        except Exception as error:  # noqa: BLE001 - whatever it was, this message has to come back, the others not
            world.watch.note("a message failed", why=type(error).__name__)
            failed.append({"itemIdentifier": str(record["messageId"])})
    return {"batchItemFailures": failed}


def _body(record: Mapping[str, Any]) -> dict[str, Any]:
    body = json.loads(record["body"])
    return dict(body)
