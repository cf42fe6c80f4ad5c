"""Webhooks as Twilio sends them: form-encoded, signed, tokened, tried twice.

A webhook that wants TwiML is *asked*: its answer goes on with the call. A callback is *told*: the callbacks of one
call, conference or recording go out one after the other (a lane), as on a quiet day; faults make the days less quiet.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin

from twilio.request_validator import SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER, RequestValidator

from local.carrier.faults import Faults
from local.carrier.ids import Ids
from local.carrier.journal import Exchanged, Journal, ProviderError, shown
from local.carrier.messages import FORM, SERVER_FAULT, Request, Response, Transport, with_query
from local.carrier.scheduling import Action, Time
from local.carrier.settings import SharedKey

TRIES = 2
USER_AGENT = "TwilioProxy/1.1"
RETRIEVAL_FAILED = 11200
REDIRECTED = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 10
CHANGED_ANSWER = 0
HELD_BACK_AT_MOST = 20.0
"""A callback that is to be swapped with the next one of its kind goes out alone after this time."""


@dataclass(frozen=True, slots=True)
class Callback:
    """Where a party wants to be called back, and on which events."""

    url: str
    events: frozenset[str]
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One message to the product."""

    kind: str
    url: str
    fields: Mapping[str, str]
    method: str = "POST"
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The product's answer, or the reason why there is none."""

    response: Response | None
    failure: str = ""


class Webhooks:
    """Sends webhooks to the product; keeps each in the journal."""

    def __init__(
        self,
        *,
        time: Time,
        transport: Transport,
        auth_token: str,
        shared_key: SharedKey | None,
        faults: Faults,
        journal: Journal,
        ids: Ids,
    ) -> None:
        self._time = time
        self._transport = transport
        self._shared_key = shared_key
        self._validator = RequestValidator(shared_key.secret if shared_key else auth_token)
        self._faults = faults
        self._journal = journal
        self._ids = ids
        self._lanes: dict[str, deque[Action]] = {}
        self._held: dict[str, list[Action]] = defaultdict(list)

    def ask(self, webhook: Webhook, then: Callable[[Reply], None]) -> None:
        """Fetch instructions; `then` gets the reply as an action of its own."""
        spoiling = self._faults.spoil_webhook(webhook.kind, webhook.fields)
        token = self._ids.token()

        def work() -> Reply:
            return self._converse(webhook, token, copies=spoiling.copies, lost=spoiling.lost)

        self._time.after(spoiling.delay, lambda: self._time.background(work, then))

    def tell(self, webhook: Webhook) -> None:
        """Send a callback; the product's answer matters only when it is a failure."""
        spoiling = self._faults.spoil_webhook(webhook.kind, webhook.fields)
        if spoiling.lost:
            self._keep(webhook, 0, "lost by a fault")
            return
        token = self._ids.token()

        def send() -> None:
            self._enter_lane(webhook, token, spoiling.copies)

        if spoiling.reorder:
            self._hold_back(webhook.kind, send)
        else:
            self._time.after(spoiling.delay, send)
            self._release_held(webhook.kind, spoiling.delay)

    def _hold_back(self, kind: str, send: Action) -> None:
        self._held[kind].append(send)
        self._time.after(HELD_BACK_AT_MOST, lambda: self._release_held(kind, 0))

    def _release_held(self, kind: str, delay: float) -> None:
        for send in self._held.pop(kind, []):
            self._time.after(delay, send)

    def _enter_lane(self, webhook: Webhook, token: str, copies: int) -> None:
        def work() -> Reply:
            return self._converse(webhook, token, copies=copies, lost=0)

        def done(reply: Reply) -> None:
            self._complain(webhook, reply)
            self._next_in_lane(webhook.lane)

        def start() -> None:
            self._time.background(work, done)

        if webhook.lane in self._lanes:
            self._lanes[webhook.lane].append(start)
        else:
            self._lanes[webhook.lane] = deque()
            start()

    def _next_in_lane(self, name: str) -> None:
        if self._lanes[name]:
            self._lanes[name].popleft()()
        else:
            del self._lanes[name]

    def _complain(self, webhook: Webhook, reply: Reply) -> None:
        if reply.failure:
            self.error(RETRIEVAL_FAILED, reply.failure, webhook.url)

    def error(self, code: int, message: str, about: str) -> None:
        """Put a provider error into the journal."""
        self._journal.error(ProviderError(code, message, about, self._time.now))

    def _converse(self, webhook: Webhook, token: str, *, copies: int, lost: int) -> Reply:
        reply = self._try_twice(webhook, token, lost)
        for _ in range(copies - 1):
            again = self._try_twice(webhook, token, 0)
            self._compare(webhook, reply, again)
            reply = again
        return reply

    def _compare(self, webhook: Webhook, first: Reply, second: Reply) -> None:
        if first.response and second.response and first.response.body != second.response.body:
            self.error(CHANGED_ANSWER, "the same webhook, sent twice, got two different answers", webhook.url)

    def _try_twice(self, webhook: Webhook, token: str, lost: int) -> Reply:
        reply = Reply(None, "lost by a fault")
        for number in range(TRIES):
            if number >= lost:
                reply = self._try(webhook, token)
            if not _worth_a_retry(reply):
                break
        return reply

    def _try(self, webhook: Webhook, token: str) -> Reply:
        request = self._request(webhook, token)
        try:
            response = self._followed(request, self._transport(request))
        except OSError as error:
            self._keep(webhook, 0, f"no answer: {error}")
            return Reply(None, f"no answer from the product ({type(error).__name__}): {error}")
        self._keep(webhook, response.status, "")
        failure = "" if response.succeeded else f"the product answered {response.status}"
        return Reply(response, failure)

    def _followed(self, request: Request, response: Response) -> Response:
        """Sounds may lie elsewhere, as behind an address that a bucket signed; what we sign is for the first alone."""
        for _ in range(MOST_REDIRECTS):
            address = response.header("Location")
            if request.method != "GET" or response.status not in REDIRECTED or not address:
                break
            request = Request("GET", urljoin(request.url, address), {"User-Agent": USER_AGENT, "Accept": "*/*"})
            response = self._transport(request)
        return response

    def _request(self, webhook: Webhook, token: str) -> Request:
        fields = dict(webhook.fields)
        by_query = webhook.method == "GET"
        url = with_query(webhook.url, fields) if by_query and fields else webhook.url
        headers = {
            "User-Agent": USER_AGENT,
            "Accept": "*/*",
            "I-Twilio-Idempotency-Token": token,
            **self._signature(url, {} if by_query else fields),
        }
        if by_query:
            return Request("GET", url, headers)
        headers["Content-Type"] = f"{FORM}; charset=UTF-8"
        return Request("POST", url, headers, urlencode(fields).encode())

    def _signature(self, url: str, fields: Mapping[str, str]) -> Mapping[str, str]:
        key = self._shared_key
        signed = {SIGNATURE_HEADER: self._validator.compute_signature(url, fields, key and key.algorithm)}
        return signed | ({SIGNATURE_SETTINGS_HEADER: f"key={key.id},algorithm={key.algorithm}"} if key else {})

    def _keep(self, webhook: Webhook, status: int, note: str) -> None:
        self._journal.exchanged(
            Exchanged(
                direction="to-product",
                kind=webhook.kind,
                method=webhook.method,
                url=webhook.url,
                fields=shown(webhook.fields.items()),
                status=status,
                at=self._time.now,
                note=note,
            ),
        )


def _worth_a_retry(reply: Reply) -> bool:
    return reply.response is None or reply.response.status >= SERVER_FAULT
