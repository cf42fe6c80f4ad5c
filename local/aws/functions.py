"""Runs a Chalice app's functions as Lambda would: JSON in, JSON out, a context each.

Lambda runs one invocation at a time in a process; the laptop runs many in threads. Chalice keeps the request
on the app object, where one thread would read another's, so here each thread gets a request of its own.
"""

import json
import threading
import time
import uuid
from typing import Any, Final

from chalice.app import Chalice

_PER_THREAD: Final = ("current_request", "lambda_context")


class LambdaContext:
    """What Lambda tells a function about its own run."""

    memory_limit_in_mb = 512
    function_version = "$LATEST"
    log_stream_name = "laptop"
    identity = None
    client_context = None

    def __init__(self, function_name: str, timeout_seconds: float) -> None:
        self.function_name = function_name
        self.aws_request_id = str(uuid.uuid4())
        self.invoked_function_arn = f"arn:aws:lambda:us-east-1:000000000000:function:{function_name}"
        self.log_group_name = f"/aws/lambda/{function_name}"
        self._deadline = time.monotonic() + timeout_seconds

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's time-out, never below 0."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


class Functions:
    """The app's functions, callable from any number of threads at once."""

    def __init__(self, app: Chalice, timeout_seconds: float = 29.0) -> None:
        self._app = app
        self._timeout = timeout_seconds
        _separate_threads(app)
        _settle_middleware(app)

    @property
    def app(self) -> Chalice:
        """The app whose functions these are."""
        return self._app

    def rest(self, event: dict[str, Any]) -> Any:
        """The REST function's answer to a proxy event."""
        return self._run(self._app, "api_handler", event)

    def invoke(self, name: str, event: dict[str, Any]) -> Any:
        """A function's answer to its event; the name is the Python function's. What it raises is raised."""
        return self._run(self._app.handler_map[name], name, event)

    def _run(self, function: Any, name: str, event: dict[str, Any]) -> Any:
        answer = function(json.loads(json.dumps(event)), LambdaContext(name, self._timeout))
        return json.loads(json.dumps(answer))


def _separate_threads(app: Chalice) -> None:
    original = type(app)
    if getattr(original, "per_thread", None) is not None:
        return
    namespace: dict[str, Any] = {name: _per_thread(name) for name in _PER_THREAD}
    namespace["per_thread"] = threading.local()
    app.__class__ = type(original.__name__, (original,), namespace)


def _per_thread(name: str) -> property:
    def read(app: Any) -> Any:
        return getattr(app.per_thread, name, None)

    def write(app: Any, value: Any) -> None:
        setattr(app.per_thread, name, value)

    return property(read, write)


def _settle_middleware(app: Chalice) -> None:
    # Chalice hands each event handler a generator of middleware, which the first call uses up: of two first
    # calls at once, one would run without any.
    handlers: list[Any] = list(app.handler_map.values())
    for handler in handlers:
        if getattr(handler, "handler", True) is None:
            handler.middleware_handlers = list(handler.middleware_handlers)
