"""Moto's queues, mended where they are not as SQS's: nothing is lost, and a FIFO queue keeps each group's order.

Seen on moto 5. Which groups wait for a deletion it looks up when a long poll begins: an order of a call whose last one
was deleted meanwhile would come at the end of that poll, ten seconds late; and until then it asks itself without a
pause. Of messages that a consumer let lapse it gives the later ones first. And what arrives while another message is
being deleted is lost now and then.
"""

import time
from typing import Any, Final

from moto.sqs.models import Queue, SQSBackend

LOOK_SECONDS: Final = 0.2
"""What lapses meanwhile comes so much late; what is sent or let go by a deletion comes at once."""

_receive, _delete = SQSBackend.receive_message, Queue.delete_message


def mend() -> None:
    """Mend them in this process, once."""
    setattr(SQSBackend, "receive_message", _receive_in_order)  # noqa: B010 - what it was is looked up before
    setattr(Queue, "delete_message", _delete_alone)  # noqa: B010


def _receive_in_order(
    backend: SQSBackend, queue_name: str, count: int, wait_seconds_timeout: int, *further: Any, **named: Any
) -> list[Any]:
    """Look again and again, each time as if for the first."""
    queue = backend.get_queue(queue_name)
    if not queue.fifo_queue:
        return _receive(backend, queue_name, count, wait_seconds_timeout, *further, **named)
    until = time.monotonic() + wait_seconds_timeout
    while True:
        for lapsed in [message for message in queue.pending_messages if message.visible]:
            queue.pending_messages.discard(lapsed)
        found = _receive(backend, queue_name, count, 0, *further, **named)
        if found or time.monotonic() >= until:
            return found
        with queue._messages_lock:  # noqa: SLF001 - on which adding and deleting tell
            queue._messages_lock.wait(LOOK_SECONDS)  # noqa: SLF001


def _delete_alone(queue: Queue, receipt_handle: str) -> None:
    """Delete while nobody adds: it makes another list of those that are left."""
    with queue._messages_lock:  # noqa: SLF001 - what add_message holds
        _delete(queue, receipt_handle)
        queue._messages_lock.notify_all()  # noqa: SLF001
