"""Every HTTP route, one table for each family: what it is asked by, what proves who asks, what they must be permitted.

A table names its handlers, so that reading it loads none of them: the function that answers callers never loads what
answers pages. docs/where-to-put-it.md says how a route is added.
"""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from importlib import import_module

from chalicelib.core.ground.values import dataclass
from chalicelib.entrypoints.http import FORM, JSON, Reply


class Proof(Enum):
    """What proves who asks."""

    NOTHING = auto()
    """What is there is for everybody."""
    SIGNATURE = auto()
    """Of the carrier, over the bytes as they came: the carrier's door looks at it."""
    SIGNING_IN = auto()
    """A login code or a password, which the handler passes on."""
    SESSION = auto()
    """The bearer token of an agent's session."""
    API_KEY = auto()
    """The bearer token of a business system."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route: `needs` are permissions any one of which lets in; `answers` is "module.function" of entrypoints.

    Whose the thing is that is asked for, and whether the permission goes so far, the use case asks.
    """

    method: str
    path: str
    proof: Proof
    needs: tuple[str, ...]
    answers: str
    content_type: str = JSON

    @property
    def of_pages(self) -> bool:
        """True where a page in a browser asks, which may be of another origin."""
        return self.proof in (Proof.SIGNING_IN, Proof.SESSION)

    def handler(self) -> Callable[..., Reply]:
        """Give what answers, loaded now if nobody has asked before."""
        module, _, function = self.answers.partition(".")
        loaded: Callable[..., Reply] = getattr(import_module(f"chalicelib.entrypoints.{module}"), function)
        return loaded


Family = tuple[Route, ...]

_NOTHING, _SIGNATURE, _SIGNING_IN, _SESSION, _API_KEY = Proof
_CALL = "/carriers/twilio/calls/{call}"

TWILIO: Family = (
    # A caller rings one of our numbers.
    Route("POST", "/carriers/twilio/voice", _SIGNATURE, (), "carriers.hear", FORM),
    # What a caller's leg did.
    Route("POST", "/carriers/twilio/status", _SIGNATURE, (), "carriers.hear", FORM),
    # A caller's next turn: digits, or none.
    Route("POST", f"{_CALL}/turns/{{turn}}", _SIGNATURE, (), "carriers.hear", FORM),
    # What a leg that we asked for did.
    Route("POST", f"{_CALL}/legs/{{leg}}/status", _SIGNATURE, (), "carriers.hear", FORM),
    # Who joined or left a call's conference.
    Route("POST", f"{_CALL}/conference", _SIGNATURE, (), "carriers.hear", FORM),
    # What became of a recording.
    Route("POST", f"{_CALL}/recordings/{{vocid}}", _SIGNATURE, (), "carriers.hear", FORM),
    # What an announcement into a conference says.
    Route("POST", f"{_CALL}/announcement/{{sealed}}", _SIGNATURE, (), "carriers.hear", FORM),
)

ASTERISK: Family = (
    # What a bridge beside an Asterisk tells and asks.
    Route("POST", "/carriers/asterisk/{pbx}/events", _SIGNATURE, (), "carriers.hear"),
)

CARRIERS: Mapping[str, Family] = {"twilio": TWILIO, "asterisk": ASTERISK}
"""The families of carriers, by the names that a configuration gives them; who has none of them answers 404 there."""

MEDIA: Family = (Route("GET", "/media/{name}", _NOTHING, (), "media.show_media"),)

BUSINESS: Family = (
    # Whom a key may vouch for, its grants say.
    Route("POST", "/sso/login-codes", _API_KEY, (), "business_api.vouch"),
)

_AT_WORK = ("service.sign_in",)
_PAST = ("calls.handle", "reports.read")
_RECORDINGS = ("recordings.listen", "recordings.listen_any")

AGENTS: Family = (
    Route("POST", "/agent/sessions", _SIGNING_IN, (), "agent_api.open_session"),
    # Whatever roles are left to them, an agent may go.
    Route("DELETE", "/agent/sessions/current", _SESSION, (), "agent_api.close_session"),
    Route("POST", "/agent/socket-tickets", _SESSION, _AT_WORK, "agent_api.issue_ticket"),
    Route("POST", "/agent/softphone-credentials", _SESSION, _AT_WORK, "agent_api.show_softphone"),
    # Each action needs a permission of its own.
    Route("POST", "/agent/actions", _SESSION, (), "agent_api.take_action"),
    Route("GET", "/agent/state", _SESSION, _AT_WORK, "agent_api.show_state"),
    Route("GET", "/agent/configuration", _SESSION, _AT_WORK, "agent_api.show_configuration"),
    Route("GET", "/agent/calls", _SESSION, _AT_WORK, "agent_api.show_own_calls"),
    Route("GET", "/agent/calls/{call}/earlier", _SESSION, _PAST, "agent_api.show_earlier_calls"),
    Route("GET", "/agent/audit/{day}", _SESSION, ("audit.read",), "agent_api.show_audit"),
    Route("GET", "/agent/recordings/{vocid}", _SESSION, _RECORDINGS, "agent_api.show_recording"),
)
