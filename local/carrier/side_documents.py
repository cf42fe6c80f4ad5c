"""Documents played beside a call's own: hold music, wait music, announcements.

They may say, play, pause and redirect. Music that the carrier would repeat for ever is noted once: repeating it would
fill every transcript and keep virtual time from ever coming to rest.
"""

from collections import deque
from dataclasses import replace
from urllib.parse import urljoin

from local.carrier.codes import BAD_SIDE_VERB
from local.carrier.plant import Plant
from local.carrier.prompts import Prompts
from local.carrier.scheduling import Action
from local.carrier.stage import Audience
from local.carrier.twilio_webhooks import RETRIEVAL_FAILED, Reply, Webhook
from local.carrier.twiml import AUDIO_TYPES, TwimlError, Verb, read

ALLOWED = frozenset({"Say", "Play", "Pause", "Redirect"})


class SideDocuments:
    """Fetches such documents and lets an audience hear them."""

    def __init__(self, plant: Plant, prompts: Prompts) -> None:
        self._plant = plant
        self._prompts = prompts

    def play(
        self,
        webhook: Webhook,
        audience: Audience,
        then: Action = lambda: None,
    ) -> None:
        """Fetch and play; `then` runs at the end, also when it failed."""
        self._plant.webhooks.ask(webhook, lambda reply: self._take(webhook, reply, audience, then))

    def _take(self, webhook: Webhook, reply: Reply, audience: Audience, then: Action) -> None:
        response = reply.response
        if reply.failure or response is None:
            self._plant.error(RETRIEVAL_FAILED, reply.failure, webhook.url)
            then()
        elif response.header("Content-Type").startswith(AUDIO_TYPES):
            self._prompts.file(webhook.url, response.body, audience)
            then()
        else:
            self._read(webhook, response.body, response.header("Content-Type"), audience, then)

    def _read(
        self,
        webhook: Webhook,
        body: bytes,
        content_type: str,
        audience: Audience,
        then: Action,
    ) -> None:
        try:
            verbs = read(body, content_type)
            _only_prompts(verbs)
        except TwimlError as error:
            self._plant.error(error.code, str(error), webhook.url)
            then()
            return
        self._next(deque(verbs), webhook, audience, then)

    def _next(self, verbs: deque[Verb], webhook: Webhook, audience: Audience, then: Action) -> None:
        if not verbs or not audience.listeners():
            then()
            return
        verb = verbs.popleft()
        address = urljoin(webhook.url, verb.text)
        if verb.name == "Redirect":
            self._redirect(verb, address, webhook, audience, then)
        else:
            self._prompts.sound(_once(verb), address, audience, lambda: self._next(verbs, webhook, audience, then))

    def _redirect(self, verb: Verb, address: str, webhook: Webhook, audience: Audience, then: Action) -> None:
        if address == webhook.url:
            then()
            return
        self.play(Webhook("media", address, webhook.fields, verb.get("method", "POST")), audience, then)


def _once(verb: Verb) -> Verb:
    return replace(verb, attributes={name: value for name, value in verb.attributes.items() if name != "loop"})


def _only_prompts(verbs: tuple[Verb, ...]) -> None:
    for verb in verbs:
        if verb.name not in ALLOWED:
            raise TwimlError(BAD_SIDE_VERB, f"<{verb.name}> may not stand in hold music, wait music or an announcement")
