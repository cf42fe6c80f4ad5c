"""The front door: every route, socket, stream, queue and timer of the contact centre.

HTTP routes stand in the tables of chalicelib/entrypoints/routes.py. What answers is loaded when it is first asked: a
process that answers callers loads nothing of what answers pages, streams and queues.
"""

from collections.abc import Callable
from typing import Any

from chalice.app import Chalice, Response, SQSEvent, WebsocketEvent
from chalice.app import DynamoDBEvent as StreamEvent

from chalicelib.core.ground.errors import OurFault
from chalicelib.entrypoints import routes
from chalicelib.entrypoints.http import Reply, Request, answer
from chalicelib.wiring import Parts, parts

# Chalice would print each of our log lines once more, as it is; Powertools prints them with numbers blotted out.
app = Chalice(app_name="icall", configure_logs=False)
app.experimental_feature_flags.update(["WEBSOCKETS"])


def note_fault(error: OurFault) -> None:
    """Tell operators what was our own fault."""
    parts().world.watch.note("a request failed by our fault", error=type(error).__name__, why=str(error))


WayIn = Callable[[Request, routes.Route], Reply]


def from_carrier(name: str) -> WayIn:
    """Give the way in for a carrier's webhooks."""

    def hear(request: Request, route: routes.Route) -> Reply:
        known: Parts = parts()
        return route.handler()(request, name, known.world)

    return hear


def for_everybody(request: Request, route: routes.Route) -> Reply:
    """Show what needs no proof."""
    return route.handler()(request, parts().media_url)


def through_the_door(request: Request, route: routes.Route) -> Reply:
    """Let a person or a machine in, and answer."""
    from chalicelib.entrypoints.door import let_in

    return let_in(request, route, parts().world)


def opens(route: routes.Route, way_in: WayIn) -> None:
    """Open a row of a family's table to the world."""

    def ask(**_params: str) -> Response:
        return answer(app.current_request, lambda request: way_in(request, route), note_fault)

    takes = {"methods": [route.method], "content_types": [route.content_type], "cors": route.of_pages}
    app.route(route.path, name=route.answers, **takes)(ask)


for family, way_in in (
    *((family, from_carrier(name)) for name, family in routes.CARRIERS.items()),
    (routes.MEDIA, for_everybody),
    (routes.BUSINESS, through_the_door),
    (routes.AGENTS, through_the_door),
):
    for route in family:
        opens(route, way_in)


@app.on_ws_connect()
def socket_connect(event: WebsocketEvent) -> dict[str, Any]:
    """A page opens its socket."""
    from chalicelib.entrypoints import sockets

    return sockets.connect(event.to_dict(), parts().world)


@app.on_ws_message()
def socket_message(event: WebsocketEvent) -> dict[str, Any]:
    """A page sent a frame."""
    from chalicelib.entrypoints import sockets

    return sockets.message(event.to_dict(), parts().world)


@app.on_ws_disconnect()
def socket_disconnect(event: WebsocketEvent) -> dict[str, Any]:
    """A page's socket is closed."""
    from chalicelib.entrypoints import sockets

    return sockets.disconnect(event.to_dict(), parts().world)


@app.on_dynamodb_record(stream_arn="declared in infra/template.yaml", batch_size=50, starting_position="TRIM_HORIZON")
def stream(event: StreamEvent) -> dict[str, Any]:
    """What the table's stream shows is told again."""
    from chalicelib.entrypoints import batches

    return batches.stream(event.to_dict(), parts().read_row, parts().world)


@app.on_sqs_message(queue="TimersQueue", batch_size=10)
def timers(event: SQSEvent) -> dict[str, Any]:
    """Something is due."""
    from chalicelib.entrypoints import batches

    return batches.timers(event.to_dict(), parts().world)


@app.on_sqs_message(queue="WebhooksQueue", batch_size=5)
def webhooks(event: SQSEvent) -> dict[str, Any]:
    """A business system must hear of a call."""
    from chalicelib.entrypoints import batches

    return batches.webhooks(event.to_dict(), parts().world)


@app.on_sqs_message(queue="RecordingsQueue", batch_size=1)
def recordings(event: SQSEvent) -> dict[str, Any]:
    """A recording is to be fetched."""
    from chalicelib.entrypoints import batches

    return batches.recordings(event.to_dict(), parts().world)


@app.schedule("rate(1 minute)")
def sweep(event: Any) -> None:  # noqa: ARG001 - the schedule's event says nothing
    """The last net."""
    from chalicelib.entrypoints import batches

    batches.minute(parts().world)
