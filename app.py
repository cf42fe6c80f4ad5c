"""The front door: every route, socket, stream, queue and timer of the contact centre."""

from typing import Any

from chalice.app import Chalice, Response, SQSEvent, WebsocketEvent
from chalice.app import DynamoDBEvent as StreamEvent

from chalicelib.core.ground.errors import OurFault
from chalicelib.entrypoints import agent_api, batches, carriers, sockets
from chalicelib.entrypoints.http import FORM, Handler, answer
from chalicelib.entrypoints.media import show_media
from chalicelib.wiring import Parts, parts

# Chalice would print each of our log lines once more, as it is; Powertools prints them with numbers blotted out.
app = Chalice(app_name="icall", configure_logs=False)
app.experimental_feature_flags.update(["WEBSOCKETS"])

TWILIO = "/carriers/twilio"


def http(handler: Handler) -> Response:
    """Let `handler` answer the request at hand."""
    return answer(app.current_request, handler, note_fault)


def note_fault(error: OurFault) -> None:
    """Tell operators what was our own fault."""
    parts().world.watch.note("a request failed by our fault", error=type(error).__name__, why=str(error))


def from_twilio() -> Response:
    """Hear one of Twilio's webhooks."""
    known: Parts = parts()
    return http(lambda request: carriers.hear(request, "twilio", known.world))


@app.route(f"{TWILIO}/voice", methods=["POST"], content_types=[FORM])
def twilio_voice() -> Response:
    """A caller rings one of our numbers."""
    return from_twilio()


@app.route(f"{TWILIO}/status", methods=["POST"], content_types=[FORM])
def twilio_status() -> Response:
    """What a caller's leg did."""
    return from_twilio()


@app.route(f"{TWILIO}/calls/{{call}}/turns/{{turn}}", methods=["POST"], content_types=[FORM])
def twilio_turn(call: str, turn: str) -> Response:  # noqa: ARG001 - read from the request
    """A caller's next turn: digits, or none."""
    return from_twilio()


@app.route(f"{TWILIO}/calls/{{call}}/legs/{{leg}}/status", methods=["POST"], content_types=[FORM])
def twilio_leg(call: str, leg: str) -> Response:  # noqa: ARG001 - read from the request
    """What a leg that we asked for did."""
    return from_twilio()


@app.route(f"{TWILIO}/calls/{{call}}/conference", methods=["POST"], content_types=[FORM])
def twilio_conference(call: str) -> Response:  # noqa: ARG001 - read from the request
    """Who joined or left a call's conference."""
    return from_twilio()


@app.route(f"{TWILIO}/calls/{{call}}/recordings/{{vocid}}", methods=["POST"], content_types=[FORM])
def twilio_recording(call: str, vocid: str) -> Response:  # noqa: ARG001 - read from the request
    """What became of a recording."""
    return from_twilio()


@app.route(f"{TWILIO}/calls/{{call}}/announcement/{{sealed}}", methods=["POST"], content_types=[FORM])
def twilio_announcement(call: str, sealed: str) -> Response:  # noqa: ARG001 - read from the request
    """What an announcement into a conference says."""
    return from_twilio()


@app.route("/media/{name}", methods=["GET"])
def media(name: str) -> Response:  # noqa: ARG001 - read from the request
    """A sound of ours."""
    return http(lambda request: show_media(request, parts().media_url))


@app.route("/sso/login-codes", methods=["POST"])
def login_codes() -> Response:
    """A business system vouches for an agent."""
    return http(lambda request: agent_api.issue_login_code(request, parts().world))


@app.route("/agent/sessions", methods=["POST"], cors=True)
def open_session() -> Response:
    """An agent signs in."""
    return http(lambda request: agent_api.open_session(request, parts().world))


@app.route("/agent/sessions/current", methods=["DELETE"], cors=True)
def close_session() -> Response:
    """An agent signs out."""
    return http(lambda request: agent_api.close_session(request, parts().world))


@app.route("/agent/socket-tickets", methods=["POST"], cors=True)
def socket_tickets() -> Response:
    """A signed-in page wants to open its socket."""
    return http(lambda request: agent_api.issue_ticket(request, parts().world))


@app.route("/agent/softphone-credentials", methods=["POST"], cors=True)
def softphone() -> Response:
    """A signed-in page wants to be a telephone."""
    return http(lambda request: agent_api.show_softphone(request, parts().world))


@app.route("/agent/actions", methods=["POST"], cors=True)
def actions() -> Response:
    """An action, while the socket is away."""
    return http(lambda request: agent_api.take_action(request, parts().world))


@app.route("/agent/state", methods=["GET"], cors=True)
def state() -> Response:
    """An agent's snapshot."""
    return http(lambda request: agent_api.show_state(request, parts().world))


@app.route("/agent/configuration", methods=["GET"], cors=True)
def configuration() -> Response:
    """What an agent's page has to know of the centre."""
    return http(lambda request: agent_api.show_configuration(request, parts().world))


@app.route("/agent/calls", methods=["GET"], cors=True)
def own_calls() -> Response:
    """An agent's calls of today."""
    return http(lambda request: agent_api.show_own_calls(request, parts().world))


@app.route("/agent/calls/{call}/earlier", methods=["GET"], cors=True)
def earlier_calls(call: str) -> Response:  # noqa: ARG001 - read from the request
    """The earlier calls of a call's customer."""
    return http(lambda request: agent_api.show_earlier_calls(request, parts().world))


@app.route("/agent/recordings/{vocid}", methods=["GET"], cors=True)
def recording(vocid: str) -> Response:  # noqa: ARG001 - read from the request
    """Where a recording can be heard."""
    return http(lambda request: agent_api.show_recording(request, parts().world))


@app.on_ws_connect()
def socket_connect(event: WebsocketEvent) -> dict[str, Any]:
    """A page opens its socket."""
    return sockets.connect(event.to_dict(), parts().world)


@app.on_ws_message()
def socket_message(event: WebsocketEvent) -> dict[str, Any]:
    """A page sent a frame."""
    return sockets.message(event.to_dict(), parts().world)


@app.on_ws_disconnect()
def socket_disconnect(event: WebsocketEvent) -> dict[str, Any]:
    """A page's socket is closed."""
    return sockets.disconnect(event.to_dict(), parts().world)


@app.on_dynamodb_record(stream_arn="declared in infra/template.yaml", batch_size=50, starting_position="TRIM_HORIZON")
def stream(event: StreamEvent) -> dict[str, Any]:
    """What the table's stream shows is told again."""
    return batches.stream(event.to_dict(), parts().read_row, parts().world)


@app.on_sqs_message(queue="TimersQueue", batch_size=10)
def timers(event: SQSEvent) -> dict[str, Any]:
    """Something is due."""
    return batches.timers(event.to_dict(), parts().world)


@app.on_sqs_message(queue="WebhooksQueue", batch_size=5)
def webhooks(event: SQSEvent) -> dict[str, Any]:
    """A business system must hear of a call."""
    return batches.webhooks(event.to_dict(), parts().world)


@app.on_sqs_message(queue="RecordingsQueue", batch_size=1)
def recordings(event: SQSEvent) -> dict[str, Any]:
    """A recording is to be fetched."""
    return batches.recordings(event.to_dict(), parts().world)


@app.schedule("rate(1 minute)")
def sweep(event: Any) -> None:  # noqa: ARG001 - the schedule's event says nothing
    """The last net."""
    parts().sweep()
