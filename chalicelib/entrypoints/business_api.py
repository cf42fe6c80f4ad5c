"""What business systems' servers ask by HTTP, each proved by its API key."""

from http import HTTPStatus

from chalicelib.core.centre.who import Machine
from chalicelib.entrypoints.http import Reply, Request
from chalicelib.entrypoints.page_fields import read_text
from chalicelib.ports import World
from chalicelib.usecases.issue_login_code import issue_login_code


def vouch(request: Request, who: Machine, world: World) -> Reply:
    """POST /sso/login-codes: a business system's server vouches for an agent, by AgentID or its own user name."""
    body = request.json()
    wanted = read_text(body.get("agentId") or body.get("userName"), "agentId")
    agent_id, code, expires_at = issue_login_code(who, wanted, world)
    return Reply({"agentId": agent_id, "code": code, "expiresAt": expires_at}, HTTPStatus.CREATED)
