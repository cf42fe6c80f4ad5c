"""The front door of a whole centre in virtual time."""

import pytest

from tests.fakes.front_door import FrontDoor


@pytest.fixture
def centre(monkeypatch) -> FrontDoor:
    return FrontDoor(monkeypatch)
