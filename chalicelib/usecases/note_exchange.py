"""Note how a telephone system of the carrier's is: it is counted, and what ails it is written down."""

from chalicelib.core.carrier.events import ExchangeReported
from chalicelib.core.ground.metrics import Metric
from chalicelib.ports import World

WORKING = "working"


def note_exchange(event: ExchangeReported, carrier: str, world: World) -> None:
    """Count that it was heard; what happens to its legs, it tells leg by leg."""
    world.watch.count(Metric.EXCHANGE_HEARD)
    if event.state != WORKING:
        world.watch.count(Metric.EXCHANGE_AILS)
        world.watch.note("a telephone system ails", carrier=carrier, exchange=event.exchange, reason=event.state)
