"""The HTTP side of the agent object: signing in, tickets, actions, recordings."""

from http import HTTPStatus

from chalicelib.core.centre.model import CodeMap
from chalicelib.core.centre.who import Person
from chalicelib.core.told.audit import shown as audited
from chalicelib.core.told.history import shown
from chalicelib.entrypoints.http import Reply, Request
from chalicelib.entrypoints.page_fields import comes_back, read_action, read_device, read_page, read_text
from chalicelib.ports import World
from chalicelib.usecases.act import act
from chalicelib.usecases.issue_ticket import issue_ticket as issue_a_ticket
from chalicelib.usecases.look_back import earlier_calls, own_calls
from chalicelib.usecases.play_recording import recording_url
from chalicelib.usecases.read_audit import read_audit
from chalicelib.usecases.sign_in import sign_in_by_code, sign_in_by_password
from chalicelib.usecases.sign_out import sign_out
from chalicelib.usecases.snapshot import snapshot
from chalicelib.usecases.softphone import softphone_credentials


def open_session(request: Request, world: World) -> Reply:
    """POST /agent/sessions: sign in by AgentID and password, or by AgentID and login code."""
    body = request.json()
    agent_id, device = read_text(body.get("agentId"), "agentId"), read_device(body.get("device"))
    if "code" in body:
        session = sign_in_by_code(agent_id, read_text(body["code"], "code"), device, world)
    else:
        session = sign_in_by_password(agent_id, read_text(body.get("password"), "password"), device, world)
    shown = {
        "token": session.token,
        "agentId": session.agent,
        "name": session.name,
        "roles": list(session.roles),
        "sliceNo": session.seat,
        "device": session.device.value,
        "expiresAt": session.expires_at,
        "codes": _codes(world.catalogue.centre().codes),
    }
    return Reply(shown, HTTPStatus.CREATED)


def _codes(own: CodeMap) -> dict[str, dict[str, str]]:
    """Give this deployment's own codes as pages go by them: code to name, of actions, controls and states."""
    maps = {"actions": own.actions, "controls": own.controls, "states": own.states}
    return {what: {str(code): name for code, name in codes.items()} for what, codes in maps.items()}


def close_session(_: Request, who: Person, world: World) -> Reply:
    """DELETE /agent/sessions/current: sign out."""
    sign_out(who, world)
    return Reply("", HTTPStatus.NO_CONTENT)


def issue_ticket(request: Request, who: Person, world: World) -> Reply:
    """POST /agent/socket-tickets: a ticket that opens one socket within 30 s."""
    body = request.json()
    page = read_page(body) if comes_back(body) else None
    ticket, expires_at = issue_a_ticket(who, world, page)
    return Reply({"ticket": ticket, "expiresAt": expires_at}, HTTPStatus.CREATED)


def show_softphone(_: Request, who: Person, world: World) -> Reply:
    """POST /agent/softphone-credentials: what the page's telephone registers with at the carrier, good for an hour."""
    credentials = softphone_credentials(who, world)
    shown = {"name": credentials.name, "token": credentials.token, "expiresAt": credentials.expires_at}
    return Reply(shown, HTTPStatus.CREATED)


def take_action(request: Request, who: Person, world: World) -> Reply:
    """POST /agent/actions: doAction by HTTP, while the socket is away; the same answer as over the socket."""
    answered = act(read_action(who, request.json()), world)
    return Reply({"code": answered.code, "message": answered.message, "callId": answered.call})


def show_state(_: Request, who: Person, world: World) -> Reply:
    """GET /agent/state: the snapshot, with its position in the events."""
    return Reply(dict(snapshot(who.id, world)))


def show_recording(request: Request, who: Person, world: World) -> Reply:
    """GET /agent/recordings/{vocid}: a time-limited address of the recording."""
    url, kept = recording_url(who, request.named("vocid"), world)
    return Reply({"vocId": kept.vocid, "callId": kept.call, "seconds": kept.seconds, "url": url})


def show_own_calls(_: Request, who: Person, world: World) -> Reply:
    """GET /agent/calls: the agent's calls of the last 24 hours."""
    return Reply({"calls": [shown(past) for past in own_calls(who.id, world)]})


def show_earlier_calls(request: Request, who: Person, world: World) -> Reply:
    """GET /agent/calls/{call}/earlier: the earlier calls of a call's customer, whose number stands in no address."""
    return Reply({"calls": [shown(past) for past in earlier_calls(who, request.named("call"), world)]})


def show_audit(request: Request, _who: Person, world: World) -> Reply:
    """GET /agent/audit/{day}: who controlled whom on that day (UTC), the newest first, 100 at once."""
    found = read_audit(request.named("day"), request.query.get("before", ""), world)
    return Reply({"records": [audited(record) for record in found]})


def show_configuration(_: Request, who: Person, world: World) -> Reply:
    """GET /agent/configuration: what an agent's page has to know of the centre, and of its agent."""
    centre, me = world.catalogue.centre(), who.record
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
