"""The WebSocket side: protocol icall.v1, frame by frame."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from chalicelib.core.agents.results import Answer, result_of
from chalicelib.core.ground.errors import BadRequest, CallersFault, IcallError, NotProved
from chalicelib.core.ground.outside import carried, is_number
from chalicelib.core.told.closing import Closing
from chalicelib.entrypoints.errors import shown, status_of
from chalicelib.entrypoints.page_fields import (
    comes_back,
    read_action,
    read_code,
    read_control,
    read_id,
    read_order,
    read_page,
    read_request_id,
)
from chalicelib.ports import World
from chalicelib.usecases.act import act
from chalicelib.usecases.control import control
from chalicelib.usecases.heartbeat import heartbeat
from chalicelib.usecases.hello import hello
from chalicelib.usecases.open_socket import open_socket
from chalicelib.usecases.prove import agent_of, who_is
from chalicelib.usecases.socket_gone import socket_gone

PROTOCOL, TICKET_PREFIX = "icall.v1", "ticket."
TAKEN = {"statusCode": HTTPStatus.OK.value}
MOST_FRAME_BYTES = 16 * 1024

Answered = Mapping[str, Any] | Closing
"""A frame that answers, or why there will be no more of them."""


def connect(event: Mapping[str, Any], world: World) -> dict[str, Any]:
    """$connect: let the socket in by the ticket among its subprotocols; echo `icall.v1`."""
    try:
        open_socket(_socket(event), _ticket(event), world)
    except NotProved as error:
        return {"statusCode": status_of(error)}
    return TAKEN | {"headers": {"Sec-WebSocket-Protocol": PROTOCOL}}


def message(event: Mapping[str, Any], world: World) -> dict[str, Any]:
    """$default: answer one frame of the page."""
    socket = _socket(event)
    try:
        frame = _read(event)
        reply = _FRAMES[frame["type"]](socket, frame, world)
    except IcallError as error:
        reply = {"type": "Error", "iParam": int(result_of(error)), "tags": {"MSG": shown(error)}}
    if isinstance(reply, Closing):
        world.sockets.close(socket, reply)
    else:
        world.sockets.post(socket, reply)
    return TAKEN


def disconnect(event: Mapping[str, Any], world: World) -> dict[str, Any]:
    """$disconnect: note that the page is gone."""
    socket_gone(_socket(event), world)
    return TAKEN


def _ticket(event: Mapping[str, Any]) -> str:
    offered = [name.strip() for name in _header(event, "sec-websocket-protocol").split(",")]
    tickets = [name.removeprefix(TICKET_PREFIX) for name in offered if name.startswith(TICKET_PREFIX)]
    if PROTOCOL not in offered or len(tickets) != 1:
        raise NotProved(f"Open a socket with {PROTOCOL} and one ticket.")
    return tickets[0]


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


def _hello(socket: str, frame: Mapping[str, Any], world: World) -> Answered:
    epoch, last_seq = _position(frame, "epoch"), _position(frame, "lastSeq")
    return hello(socket, read_page(frame, socket), epoch, last_seq, world, again=comes_back(frame))


def _heartbeat(socket: str, frame: Mapping[str, Any], world: World) -> Answered:
    return heartbeat(socket, read_page(frame, socket), read_id(frame.get("agentId"), "agentId"), world)


def _action(socket: str, frame: Mapping[str, Any], world: World) -> Answered:
    agent_id = agent_of(socket, world)
    try:
        answered = act(replace(read_action(who_is(agent_id, world), frame), socket=socket), world)
    except CallersFault as error:
        answered = Answer(int(result_of(error)), str(error))
    tags = {"REQID": _echo(read_request_id, frame), "ACT": _echo(read_code, frame), "MSG": answered.message}
    return {"type": "ActionResult", "iParam": answered.code, "callId": answered.call, "tags": tags}


def _control(socket: str, frame: Mapping[str, Any], world: World) -> Answered:
    agent_id = agent_of(socket, world)
    try:
        answered = control(replace(read_order(who_is(agent_id, world), frame), socket=socket), world)
    except CallersFault as error:
        answered = Answer(int(result_of(error)), str(error))
    tags = {"REQID": _echo(read_request_id, frame), "CONTROL": _echo(read_control, frame), "MSG": answered.message}
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


_FRAMES: Mapping[str, Callable[[str, Mapping[str, Any], World], Answered]] = {
    "hello": _hello,
    "heartbeat": _heartbeat,
    "action": _action,
    "control": _control,
}


def _socket(event: Mapping[str, Any]) -> str:
    return str(event["requestContext"]["connectionId"])


def _header(event: Mapping[str, Any], name: str) -> str:
    headers = event.get("headers") or {}
    return next((carried(str(value)) for key, value in headers.items() if key.lower() == name), "")
