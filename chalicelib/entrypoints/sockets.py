"""The WebSocket side: protocol icall.v1, frame by frame."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.core.agents.results import Answer, result_of
from chalicelib.core.ground.errors import BadRequest, IcallError, NotProved
from chalicelib.core.ground.outside import carried, is_number
from chalicelib.entrypoints.agent_api import comes_back, read_action, read_code, read_id, read_page, read_request_id
from chalicelib.ports import World
from chalicelib.usecases import act, listen

PROTOCOL, TICKET_PREFIX = "icall.v1", "ticket."
UNAUTHORISED = 401
MOST_FRAME_BYTES = 16 * 1024


def connect(event: Mapping[str, Any], world: World) -> dict[str, Any]:
    """$connect: let the socket in by the ticket among its subprotocols, or answer 401; echo `icall.v1`."""
    offered = [name.strip() for name in _header(event, "sec-websocket-protocol").split(",")]
    tickets = [name.removeprefix(TICKET_PREFIX) for name in offered if name.startswith(TICKET_PREFIX)]
    if PROTOCOL not in offered or len(tickets) != 1:
        return {"statusCode": UNAUTHORISED}
    try:
        listen.open_socket(_socket(event), tickets[0], world)
    except NotProved:
        return {"statusCode": UNAUTHORISED}
    return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": PROTOCOL}}


def message(event: Mapping[str, Any], world: World) -> dict[str, Any]:
    """$default: answer one frame of the page."""
    socket = _socket(event)
    try:
        frame = _read(event)
        reply = _FRAMES[frame["type"]](socket, frame, world)
    except IcallError as error:
        reply = {"type": "Error", "iParam": int(result_of(error)), "tags": {"MSG": str(error)}}
    if reply.get("type") == "close":
        world.sockets.close(socket, int(reply["code"]), str(reply["reason"]))
    else:
        world.sockets.post(socket, reply)
    return {"statusCode": 200}


def disconnect(event: Mapping[str, Any], world: World) -> dict[str, Any]:
    """$disconnect: note that the page is gone."""
    listen.socket_gone(_socket(event), world)
    return {"statusCode": 200}


def _read(event: Mapping[str, Any]) -> Mapping[str, Any]:
    body = carried(event.get("body") or "")
    if len(body.encode()) > MOST_FRAME_BYTES:
        raise BadRequest(f"A frame has at most {MOST_FRAME_BYTES} bytes.")
    try:
        frame = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("A frame must be JSON, and not too deeply nested.") from None
    if not isinstance(frame, dict) or frame.get("type") not in tuple(_FRAMES):
        raise BadRequest(f"A frame must be an object whose type is one of {', '.join(_FRAMES)}.")
    return frame


def _hello(socket: str, frame: Mapping[str, Any], world: World) -> Mapping[str, Any]:
    epoch, last_seq = _position(frame, "epoch"), _position(frame, "lastSeq")
    return listen.hello(socket, read_page(frame, socket), epoch, last_seq, world, again=comes_back(frame))


def _heartbeat(socket: str, frame: Mapping[str, Any], world: World) -> Mapping[str, Any]:
    return listen.heartbeat(socket, read_page(frame, socket), read_id(frame.get("agentId"), "agentId"), world)


def _action(socket: str, frame: Mapping[str, Any], world: World) -> Mapping[str, Any]:
    agent_id = listen.agent_of(socket, world)
    try:
        answered = act.act(replace(read_action(agent_id, frame), socket=socket), world)
    except BadRequest as error:
        answered = Answer(int(result_of(error)), str(error))
    tags = {"REQID": _echo(read_request_id, frame), "ACT": _echo(read_code, frame), "MSG": answered.message}
    return {"type": "ActionResult", "iParam": answered.code, "callId": answered.call, "tags": tags}


def _echo(read: Callable[[Mapping[str, Any]], Any], frame: Mapping[str, Any]) -> str:
    """Give back what names the page's request, if it is as it should be: nothing else of a frame is repeated."""
    try:
        return str(read(frame))
    except BadRequest:
        return ""


def _position(frame: Mapping[str, Any], name: str) -> int:
    value = frame.get(name, 0)
    if not is_number(value) or value < 0:
        raise BadRequest(f"{name} must be a whole number, 0 or more.")
    return int(value)


_FRAMES: Mapping[str, Callable[[str, Mapping[str, Any], World], Mapping[str, Any]]] = {
    "hello": _hello,
    "heartbeat": _heartbeat,
    "action": _action,
}


def _socket(event: Mapping[str, Any]) -> str:
    return str(event["requestContext"]["connectionId"])


def _header(event: Mapping[str, Any], name: str) -> str:
    headers = event.get("headers") or {}
    return next((carried(str(value)) for key, value in headers.items() if key.lower() == name), "")
