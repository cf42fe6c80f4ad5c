"""What a test may do to deliveries: hold them back, or make them twice."""

import threading


class Faults:
    """Asked by every pump, under the name of the function that it feeds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paused: set[str] = set()
        self._doubled: dict[str, int] = {}

    def pause(self, name: str) -> None:
        """Nothing is delivered until `resume`; what comes meanwhile waits."""
        with self._lock:
            self._paused.add(name)

    def resume(self, name: str) -> None:
        """Delivers again."""
        with self._lock:
            self._paused.discard(name)

    def double(self, name: str, batches: int = 1) -> None:
        """The next batches are delivered twice; the second answer counts."""
        with self._lock:
            self._doubled[name] = batches

    def is_paused(self, name: str) -> bool:
        """Whether deliveries are held back."""
        with self._lock:
            return name in self._paused

    def deliveries(self, name: str) -> int:
        """How often the next batch is delivered: 1, or 2."""
        with self._lock:
            left = self._doubled.get(name, 0)
            self._doubled[name] = max(0, left - 1)
            return 2 if left else 1
