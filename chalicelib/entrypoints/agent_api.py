"""The HTTP side of the agent object: signing in, tickets, actions, recordings."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.agents.results import Action
from chalicelib.core.centre.model import ApiKey, DeviceKind
from chalicelib.core.ground.errors import BadRequest, NotProved
from chalicelib.core.ground.outside import carried, is_carried, is_id, is_number
from chalicelib.core.told.history import shown
from chalicelib.entrypoints.http import Reply, Request
from chalicelib.ports import World
from chalicelib.usecases import act, listen, look_back, record, sign_in
from chalicelib.usecases.softphone import softphone_credentials

CREATED, NO_CONTENT = 201, 204


def issue_login_code(request: Request, world: World) -> Reply:
    """POST /sso/login-codes: a business system's server vouches for an agent, by AgentID or its own user name."""
    key = _prove_api_key(request.bearer(), world)
    body = request.json()
    wanted = body.get("agentId") or body.get("userName")
    agent_id, code, expires_at = sign_in.issue_login_code(key, _text(wanted, "agentId"), world)
    return Reply({"agentId": agent_id, "code": code, "expiresAt": expires_at}, CREATED)


def open_session(request: Request, world: World) -> Reply:
    """POST /agent/sessions: sign in by AgentID and password, or by AgentID and login code."""
    body = request.json()
    agent_id, device = _text(body.get("agentId"), "agentId"), _device(body.get("device"))
    if "code" in body:
        session = sign_in.sign_in_by_code(agent_id, _text(body["code"], "code"), device, world)
    else:
        session = sign_in.sign_in_by_password(agent_id, _text(body.get("password"), "password"), device, world)
    shown = {
        "token": session.token,
        "agentId": session.agent,
        "name": session.name,
        "roles": list(session.roles),
        "sliceNo": session.seat,
        "device": session.device.value,
        "expiresAt": session.expires_at,
    }
    return Reply(shown, CREATED)


def close_session(request: Request, world: World) -> Reply:
    """DELETE /agent/sessions/current: sign out."""
    sign_in.sign_out(request.bearer(), world)
    return Reply("", NO_CONTENT)


def issue_ticket(request: Request, world: World) -> Reply:
    """POST /agent/socket-tickets: a ticket that opens one socket within 30 s."""
    body = request.json()
    page = read_page(body) if comes_back(body) else None
    ticket, expires_at = listen.issue_ticket(request.bearer(), world, page)
    return Reply({"ticket": ticket, "expiresAt": expires_at}, CREATED)


def show_softphone(request: Request, world: World) -> Reply:
    """POST /agent/softphone-credentials: what the page's telephone registers with at the carrier, good for an hour."""
    credentials = softphone_credentials(request.bearer(), world)
    shown = {"name": credentials.name, "token": credentials.token, "expiresAt": credentials.expires_at}
    return Reply(shown, CREATED)


def take_action(request: Request, world: World) -> Reply:
    """POST /agent/actions: doAction by HTTP, while the socket is away; the same answer as over the socket."""
    session = sign_in.prove_session(request.bearer(), world)
    answered = act.act(read_action(str(session["agent"]), request.json()), world)
    return Reply({"code": answered.code, "message": answered.message, "callId": answered.call})


def show_state(request: Request, world: World) -> Reply:
    """GET /agent/state: the snapshot, with its position in the events."""
    session = sign_in.prove_session(request.bearer(), world)
    return Reply(dict(listen.snapshot(str(session["agent"]), world)))


def show_recording(request: Request, world: World) -> Reply:
    """GET /agent/recordings/{vocid}: a time-limited address of the recording."""
    session = sign_in.prove_session(request.bearer(), world)
    url, kept = record.recording_url(str(session["agent"]), list(session["roles"]), request.named("vocid"), world)
    return Reply({"vocId": kept.vocid, "callId": kept.call, "seconds": kept.seconds, "url": url})


def show_own_calls(request: Request, world: World) -> Reply:
    """GET /agent/calls: the agent's calls of the last 24 hours."""
    session = sign_in.prove_session(request.bearer(), world)
    return Reply({"calls": [shown(past) for past in look_back.own_calls(str(session["agent"]), world)]})


def show_earlier_calls(request: Request, world: World) -> Reply:
    """GET /agent/calls/{call}/earlier: the earlier calls of a call's customer, whose number stands in no address."""
    sign_in.prove_session(request.bearer(), world)
    return Reply({"calls": [shown(past) for past in look_back.earlier_calls(request.named("call"), world)]})


def show_configuration(request: Request, world: World) -> Reply:
    """GET /agent/configuration: what an agent's page has to know of the centre, and of its agent."""
    session = sign_in.prove_session(request.bearer(), world)
    me = world.catalogue.agent_record(str(session["agent"]))
    if me is None:
        raise NotProved("This agent is not in the configuration any more.")
    centre = world.catalogue.centre()
    return Reply(
        {
            "centre": centre.name,
            "languages": list(centre.languages),
            "me": {"agentId": me.id, "name": me.name, "roles": list(me.roles), "sliceNo": me.seat},
            "reasons": [
                {"name": each.name, "code": each.code, "title": dict(each.title), "state": each.state}
                for each in centre.reasons.values()
            ],
            "dispositions": [{"name": each.name, "title": dict(each.title)} for each in centre.dispositions.values()],
            "queues": [{"name": each.name, "title": dict(each.title)} for each in centre.queues.values()],
            "screenPops": [
                {"name": each.name, "event": each.event, "url": each.url, "queue": each.queue}
                for each in centre.screen_pops.values()
            ],
        }
    )


def read_action(agent_id: str, body: Mapping[str, Any]) -> Action:
    """Read an action as doAction has it: `act` and `iParam` whole numbers, `sParam` and `requestId` text.

    Raises:
        BadRequest: naming the field that is not as it should be.
    """
    s_param = body.get("sParam", "")
    return Action(
        agent=agent_id,
        request=read_request_id(body),
        act=read_code(body),
        i_param=_number(body.get("iParam", 0), "iParam"),
        # It may hold tags: words for people, which pages cut in the middle of a character.
        s_param=_text(carried(s_param) if isinstance(s_param, str) else s_param, "sParam", most=4096, empty=True),
    )


def read_request_id(body: Mapping[str, Any]) -> str:
    """Read the page's own id of a request, empty for none, or raise BadRequest."""
    return _text(body.get("requestId", ""), "requestId", most=64, empty=True)


def read_code(body: Mapping[str, Any]) -> int:
    """Read the code of an action, or raise BadRequest."""
    return _number(body.get("act"), "act")


def read_id(value: Any, name: str) -> str:
    """Read an id of ours, or raise BadRequest; whether there is such a thing is another question."""
    if not is_id(value):
        raise BadRequest(f"{name} must be an id: 1 to 64 letters, digits, dots, - and _.")
    return str(value)


def read_page(body: Mapping[str, Any], otherwise: str = "") -> str:
    """Read how a page calls itself; one that does not is called by `otherwise`.

    Raises:
        BadRequest: `page` is no text, or too long.
    """
    return _text(body.get("page", otherwise), "page", most=64, empty=True)


def comes_back(body: Mapping[str, Any]) -> bool:
    """Read whether a page says that it had the agent before.

    Raises:
        BadRequest: `again` is neither true nor false.
    """
    again = body.get("again", False)
    if not isinstance(again, bool):
        raise BadRequest("again must be true or false.")
    return again


def _prove_api_key(sent: str, world: World) -> ApiKey:
    for key in world.catalogue.centre().api_keys.values():
        if world.tokens.same(sent, world.secrets.get(key.secret)):
            return key
    raise NotProved("This API key is not known.")


def _device(kind: Any) -> DeviceKind | None:
    if kind is None:
        return None
    if kind not in tuple(DeviceKind):
        raise BadRequest("device must be browser, sip or phone.")
    return DeviceKind(kind)


def _text(value: Any, name: str, *, most: int = 256, empty: bool = False) -> str:
    if not isinstance(value, str) or len(value) > most or not (value or empty):
        raise BadRequest(f"{name} must be text of {0 if empty else 1} to {most} characters.")
    if not is_carried(value):
        raise BadRequest(f"{name} has half a character (a lone surrogate), which UTF-8 cannot carry.")
    return value


def _number(value: Any, name: str) -> int:
    if not is_number(value):
        raise BadRequest(f"{name} must be a whole number.")
    return int(value)
