"""The small app that the pumps feed in tests."""

from chalice.app import Chalice


class Listener:
    """An app that notes what it was given, and answers or fails as told."""

    def __init__(self):
        self.app = Chalice(app_name="listener", configure_logs=False)
        self.batches = []
        self.answers = []
        self.app.on_dynamodb_record(stream_arn="declared elsewhere", batch_size=5)(self._named("stream"))
        self.app.on_sqs_message(queue="timers", batch_size=10)(self._named("timers"))
        self.app.schedule("rate(1 minute)")(self._named("sweep"))

    def _named(self, name):
        def handler(event):
            self.batches.append(event.to_dict())
            answer = self.answers.pop(0) if self.answers else None
            if isinstance(answer, Exception):
                raise answer
            return answer(event.to_dict()["Records"]) if callable(answer) else answer

        handler.__name__ = name
        return handler

    def keys(self):
        return [[record["dynamodb"]["Keys"]["SK"]["S"] for record in b["Records"]] for b in self.batches]

    def keys_of_stream(self):
        return [key for batch in self.batches for key in _stream_keys(batch)]

    def bodies(self):
        return [sorted(record["body"] for record in batch["Records"]) for batch in self.batches]


def _stream_keys(batch):
    return [r["dynamodb"]["Keys"]["SK"]["S"] for r in batch["Records"] if "dynamodb" in r]
