"""What survives a restart of moto: the buckets' objects and the queues' messages, as files."""

import hashlib
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

LONGEST_DELAY_SECONDS: Final = 900  # SQS's own limit

_SAVED_HEADERS: Final = ("ContentType", "Metadata")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half_done = path.with_suffix(".part")
    half_done.write_bytes(content)
    half_done.rename(path)


class Objects:
    """The objects of all buckets: for each a body and, written last, a JSON file that says whose it is."""

    def __init__(self, s3: Any, folder: Path) -> None:
        self._s3 = s3
        self._folder = folder
        self._saved: dict[tuple[str, str], str] = {}

    def restore(self) -> None:
        """Puts every kept object back where it was."""
        for label in sorted(self._folder.glob("*.json")):
            told = json.loads(label.read_text(encoding="utf-8"))
            bucket, key = told["Bucket"], told["Key"]
            self._s3.create_bucket(Bucket=bucket)
            body = label.with_suffix(".body").read_bytes()
            self._saved[bucket, key] = self._s3.put_object(Body=body, **told)["ETag"]

    def save(self) -> None:
        """Writes what is new or changed and forgets what is gone."""
        listed = dict(self._listed())
        found = {at: etag for at, etag in listed.items() if self._saved.get(at) == etag or self._save(*at)}
        for bucket, key in self._saved.keys() - found.keys():
            self._path(bucket, key).unlink()
            self._path(bucket, key).with_suffix(".body").unlink()
        self._saved = found

    def _listed(self) -> Iterator[tuple[tuple[str, str], str]]:
        for bucket in self._s3.list_buckets()["Buckets"]:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"])
            for page in pages:
                for found in page.get("Contents", []):
                    yield (bucket["Name"], found["Key"]), found["ETag"]

    def _save(self, bucket: str, key: str) -> bool:
        """Write an object, and tell whether it is still there: others go on while this looks round."""
        try:
            found = self._s3.get_object(Bucket=bucket, Key=key)
        except self._s3.exceptions.NoSuchKey:
            return False
        label = {"Bucket": bucket, "Key": key} | {name: found[name] for name in _SAVED_HEADERS if name in found}
        path = self._path(bucket, key)
        _write(path.with_suffix(".body"), found["Body"].read())
        _write(path, json.dumps(label).encode())
        return True

    def _path(self, bucket: str, key: str) -> Path:
        name = hashlib.sha256(f"{bucket}/{key}".encode()).hexdigest()
        return self._folder / f"{name}.json"


class Messages:
    """The messages of all queues, those in flight or delayed included; how often they were received is lost."""

    def __init__(self, sqs: Any, queues: Callable[[], Mapping[str, Any]], file: Path) -> None:
        self._sqs = sqs
        self._queues = queues
        self._file = file
        self._written = file.read_bytes() if file.exists() else b"[]"
        self._unclaimed: list[dict[str, Any]] = json.loads(self._written)

    def save(self) -> None:
        """Gives kept messages to queues that exist by now, and writes down what all queues hold."""
        self._hand_over()
        held = [_noted(name, message) for name, queue in self._queues().items() for message in _held(queue)]
        content = json.dumps([*self._unclaimed, *held]).encode()
        if content != self._written:
            _write(self._file, content)
            self._written = content

    def _hand_over(self) -> None:
        claimed = [note for note in self._unclaimed if note["queue"] in self._queues()]
        for note in claimed:
            self._sqs.send_message(
                QueueUrl=self._sqs.get_queue_url(QueueName=note["queue"])["QueueUrl"],
                MessageBody=note["body"],
                MessageAttributes=note["attributes"],
                **_its_place(note),
            )
            self._unclaimed.remove(note)


def _its_place(note: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give where a message stood: in its group, or in time; a FIFO queue delays none by itself."""
    if group := note.get("group"):
        return {"MessageGroupId": group, "MessageDeduplicationId": note["deduplication"]}
    return {"DelaySeconds": min(LONGEST_DELAY_SECONDS, max(0, math.ceil(note["due"] - time.time())))}


def _held(queue: Any) -> list[Any]:
    return list(queue._messages)  # noqa: SLF001  # moto shows only the messages that are visible now


def _noted(queue: str, message: Any) -> dict[str, Any]:
    return {
        "queue": queue,
        "body": message.body,
        "group": message.group_id,
        "deduplication": message.deduplication_id,
        "due": max(message.delayed_until, message.visible_at) / 1000,
        "attributes": {
            name: {"DataType": value["DataType"], "StringValue": value["StringValue"]}
            for name, value in message.message_attributes.items()
            if value.get("StringValue")
        },
    }
