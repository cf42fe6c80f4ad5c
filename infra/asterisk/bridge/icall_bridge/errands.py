"""Orders that are no call's: files of recordings, and softphones."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from icall_bridge.credentials import NotLetIn, Softphones
from icall_bridge.journal import Journal
from icall_bridge.messages import (
    CommandFailed,
    Credentials,
    DeleteRecording,
    News,
    Order,
    RecordingEnded,
    RecordingStored,
    UploadRecording,
    do_of,
)
from icall_bridge.ports import Recordings, UploadFailed

_JOB = "upload:"
Tell = Callable[[News, str, str], None]
"""Tells news of a call's leg; both may be empty."""


class Errands:
    """Does what takes its time beside the calls: an upload is noted first, and done even if we die meanwhile."""

    def __init__(self, recordings: Recordings, softphones: Softphones, journal: Journal, tell: Tell) -> None:
        self._recordings = recordings
        self._softphones = softphones
        self._journal = journal
        self._tell = tell
        self._under_way: set[asyncio.Task[None]] = set()

    async def carry_out(self, order: Order) -> bool:
        """Carry an order out, or note it; tell whether it is one of these."""
        match order.wish:
            case UploadRecording() as wish:
                self._note_upload(order, wish)
            case DeleteRecording() as wish:
                await self._recordings.delete(wish.vocid)
            case Credentials() as wish:
                await self._let_in(order, wish)
            case _:
                return False
        return True

    def recall(self) -> None:
        """Begin anew what was not finished."""
        self._softphones.recall()
        for job, kept in self._journal.jobs():
            if job.startswith(_JOB):
                self._begin(self._upload(**json.loads(kept)))

    async def remind(self) -> None:
        """Tell an Asterisk that may have been started anew what it has forgotten."""
        await self._softphones.let_in_again()

    def stop(self) -> None:
        """Leave what is under way to the next life of the bridge."""
        self._softphones.stop()
        for task in self._under_way:
            task.cancel()

    async def _let_in(self, order: Order, wish: Credentials) -> None:
        try:
            await self._softphones.let_in(wish)
        except NotLetIn:
            self._tell(CommandFailed(do_of(wish), "refused", order.again), "", "")

    def _note_upload(self, order: Order, wish: UploadRecording) -> None:
        job = {"call": order.call, "leg": order.leg, "vocid": wish.vocid, "url": wish.url}
        self._journal.keep_job(_JOB + wish.vocid, json.dumps(job))
        self._begin(self._upload(**job))

    async def _upload(self, call: str, leg: str, vocid: str, url: str) -> None:
        try:
            await self._recordings.upload(vocid, url)
        except UploadFailed:
            self._tell(RecordingEnded(vocid, "completed", 0), call, leg)
        else:
            self._tell(RecordingStored(vocid), call, leg)
        self._journal.drop_job(_JOB + vocid)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
