"""Documents played beside a call's own: hold music, wait music, announcements.

They may say, play, pause and redirect. Music that the carrier would repeat for ever is noted once: repeating it would
fill every transcript and keep virtual time from ever coming to rest.
"""

from collections import deque
from dataclasses import replace
from urllib.parse import urljoin

from local.carrier.plant import Plant
from local.carrier.prompts import Listeners, Prompts
from local.carrier.scheduling import Action
from local.carrier.twiml import AUDIO_TYPES, SCHEMA, TwimlError, Verb, read
from local.carrier.webhooks import RETRIEVAL_FAILED, Reply, Webhook

ALLOWED = frozenset({"Say", "Play", "Pause", "Redirect"})


class SideDocuments:
    """Fetches such documents and lets the listeners hear them."""

    def __init__(self, plant: Plant, prompts: Prompts) -> None:
        self._plant = plant
        self._prompts = prompts

    def play(
        self,
        webhook: Webhook,
        listeners: Listeners,
        then: Action = lambda: None,
    ) -> None:
        """Fetch and play; `then` runs at the end, also when it failed."""
        self._plant.webhooks.ask(webhook, lambda reply: self._take(webhook, reply, listeners, then))

    def _take(self, webhook: Webhook, reply: Reply, listeners: Listeners, then: Action) -> None:
        response = reply.response
        if reply.failure or response is None:
            self._plant.error(RETRIEVAL_FAILED, reply.failure, webhook.url)
            then()
        elif response.header("Content-Type").startswith(AUDIO_TYPES):
            self._prompts.write(listeners, "plays", webhook.url)
            then()
        else:
            self._read(webhook, response.body, response.header("Content-Type"), listeners, then)

    def _read(
        self,
        webhook: Webhook,
        body: bytes,
        content_type: str,
        listeners: Listeners,
        then: Action,
    ) -> None:
        try:
            verbs = read(body, content_type)
            _only_prompts(verbs)
        except TwimlError as error:
            self._plant.error(error.code, str(error), webhook.url)
            then()
            return
        self._next(deque(verbs), webhook, listeners, then)

    def _next(self, verbs: deque[Verb], webhook: Webhook, listeners: Listeners, then: Action) -> None:
        if not verbs or not listeners():
            then()
            return
        verb = verbs.popleft()
        address = urljoin(webhook.url, verb.text)
        if verb.name == "Redirect":
            self._redirect(verb, address, webhook, listeners, then)
        else:
            self._prompts.sound(_once(verb), address, listeners, lambda: self._next(verbs, webhook, listeners, then))

    def _redirect(self, verb: Verb, address: str, webhook: Webhook, listeners: Listeners, then: Action) -> None:
        if address == webhook.url:
            then()
            return
        self.play(Webhook("media", address, webhook.fields, verb.get("method", "POST")), listeners, then)


def _once(verb: Verb) -> Verb:
    return replace(verb, attributes={name: value for name, value in verb.attributes.items() if name != "loop"})


def _only_prompts(verbs: tuple[Verb, ...]) -> None:
    for verb in verbs:
        if verb.name not in ALLOWED:
            raise TwimlError(SCHEMA, f"<{verb.name}> may not stand in hold music, wait music or an announcement")
