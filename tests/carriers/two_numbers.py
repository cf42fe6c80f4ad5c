"""The demo centre with a second number, whose flow asks nothing: published once for all the scenarios of a process."""

from pathlib import Path
from typing import Any

from chalicelib.ports import World
from local.publishing import Publisher
from tests.fakes.catalogue import MemoryCatalogue

STRAIGHT, STRAIGHT_FLOW = "+8675583000001", Path(__file__).parent / "straight.yaml"
BUSINESS = ("BUSINESS_URL", "BUSINESS_PAGES_URL")

_OPENED: list[MemoryCatalogue] = []
"""The centre as it was published first: publishing takes longer than a whole call."""


def open_the_second_number(world: World) -> None:
    """Publish the second number's flow, and the centre with both numbers."""
    catalogue: Any = world.catalogue
    if not _OPENED:
        publisher = _WithAStraightLine(
            world, lambda _name, _wav: None, dict.fromkeys(BUSINESS, "https://freight.example")
        )
        publisher.publish((STRAIGHT_FLOW,))
        publisher.apply()
        catalogue.centre()  # read here, once for all the centres to come
        _OPENED.append(catalogue.copied())
    vars(catalogue).update(vars(_OPENED[0].copied()))


class _WithAStraightLine(Publisher):
    def _filled(self, document: Any) -> Any:
        filled = super()._filled(document)
        filled["numbers"] |= {STRAIGHT: {"flow": "straight"}}
        return filled
