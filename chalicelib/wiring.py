"""The parts list: all construction in one place. Read it and you know the system."""

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.dynamodb.catalogue import DynamoCatalogue
from chalicelib.adapters.dynamodb.credentials import DynamoCredentials
from chalicelib.adapters.dynamodb.desk import DynamoDesk
from chalicelib.adapters.dynamodb.history import DynamoHistory
from chalicelib.adapters.dynamodb.stream import read_row
from chalicelib.adapters.dynamodb.table import Table, connect
from chalicelib.adapters.http import GuardedHttp
from chalicelib.adapters.messages import QueueUrls, SqsMessages
from chalicelib.adapters.passwords import ScryptPasswords
from chalicelib.adapters.plugins import RestPlugins
from chalicelib.adapters.recordings import S3Media, S3Recordings
from chalicelib.adapters.secrets import FileSecrets, ParameterStoreSecrets
from chalicelib.adapters.sockets import ApiGatewaySockets
from chalicelib.adapters.tokens import RandomTokens
from chalicelib.adapters.watch import PowertoolsWatch, start_tracing
from chalicelib.adapters.webhooks import StandardWebhooks
from chalicelib.adapters.workers import ThreadWorkers
from chalicelib.config import Settings, read_settings
from chalicelib.core.ground.errors import NotConfigured
from chalicelib.core.ground.values import dataclass
from chalicelib.core.told.webhook_keys import read_signing_keys
from chalicelib.ports import Carrier, Clock, Secrets, StreamRow, World

TWILIO_TOKENS = "twilio/auth-token"
"""The secret's name: the auth token, and behind it, with blanks between, all else that webhooks may be signed with: the
old token while it is being rotated, the secrets of shared keys."""

TWILIO_KEY = "twilio/api-key"
"""The secret's name: an API key's SID and its secret with a blank between; it signs what a browser registers with."""


ASTERISK_KEYS = "asterisk/{pbx}/webhook-keys"
"""The secret's name for each pbx: the key that its bridge signs with, or both while it is being rotated."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the front door needs: the world, the stream's reader, our sounds' addresses."""

    world: World
    read_row: Callable[[Mapping[str, Any]], StreamRow | None]
    media_url: Callable[[str, int], str]


@cache
def parts() -> Parts:
    """Give the parts of this process, built on first use from its environment."""
    return build(read_settings(os.environ))


def build(settings: Settings) -> Parts:
    """Put the parts together; nothing is sent anywhere before it is needed."""
    if settings.tracing:
        start_tracing()
    clock, secrets = SystemClock(), _secrets(settings)
    http = GuardedHttp(settings.allow_private, loopback=settings.allow_loopback)
    table = Table(connect(settings.table, settings.region, settings.aws_endpoints.get("dynamodb")))
    s3 = settings.aws_endpoints.get("s3")
    media = S3Media(settings.media_bucket, settings.region, s3)
    world = World(
        desk=DynamoDesk(table, clock),
        history=DynamoHistory(table),
        catalogue=DynamoCatalogue(table, clock),
        credentials=DynamoCredentials(table, clock),
        sockets=ApiGatewaySockets(settings.sockets_url, settings.region),
        carriers=_carriers(settings, secrets, clock),
        messages=SqsMessages(
            QueueUrls(settings.timers_queue_url, settings.webhooks_queue_url, settings.recordings_queue_url),
            clock,
            settings.region,
            settings.aws_endpoints.get("sqs"),
        ),
        plugins=RestPlugins(http, secrets),
        webhooks=StandardWebhooks(http, secrets, clock),
        files=S3Recordings(settings.recordings_bucket, settings.region, s3),
        secrets=secrets,
        passwords=ScryptPasswords(),
        clock=clock,
        tokens=RandomTokens(),
        workers=ThreadWorkers(),
        watch=PowertoolsWatch(),
    )
    return Parts(world, read_row, media.media_url)


def _secrets(settings: Settings) -> Secrets:
    if settings.secrets_file:
        return FileSecrets(Path(settings.secrets_file))
    return ParameterStoreSecrets(settings.secrets_path + "/")


def _twilio(settings: Settings, secrets: Secrets, clock: Clock) -> Carrier | None:
    if not settings.twilio_account_sid:
        return None
    from chalicelib.adapters.twilio.addresses import Addresses  # noqa: PLC0415 - only where Twilio is a carrier
    from chalicelib.adapters.twilio.api import TwilioSettings  # noqa: PLC0415
    from chalicelib.adapters.twilio.carrier import TwilioCommands  # noqa: PLC0415
    from chalicelib.adapters.twilio.door import TwilioDoor  # noqa: PLC0415
    from chalicelib.adapters.twilio.softphone import TwilioSoftphone  # noqa: PLC0415
    from chalicelib.adapters.twilio.twilio import Twilio  # noqa: PLC0415

    def tokens() -> list[str]:
        if found := secrets.get(TWILIO_TOKENS).split():
            return found
        raise NotConfigured(f"the secret {TWILIO_TOKENS!r} is blank")

    addresses, account = Addresses(settings.public_url), settings.twilio_account_sid
    api = TwilioSettings(
        account_sid=account,
        addresses=addresses,
        auth=lambda: (account, tokens()[0]),
        api_url=settings.twilio_api_url,
    )
    return Twilio(
        TwilioDoor(addresses, tokens),
        TwilioCommands(api),
        TwilioSoftphone(account, lambda: tuple(secrets.get(TWILIO_KEY).split()), clock),
    )


def _asterisk(settings: Settings, secrets: Secrets, clock: Clock) -> Carrier | None:
    if not settings.asterisk_pbxs:
        return None
    from chalicelib.adapters.asterisk.asterisk import Asterisk  # noqa: PLC0415 - only where Asterisk is a carrier
    from chalicelib.adapters.asterisk.door import AsteriskDoor  # noqa: PLC0415
    from chalicelib.adapters.asterisk.queues import Queues  # noqa: PLC0415

    def keys(pbx: str) -> list[bytes]:
        name = ASTERISK_KEYS.format(pbx=pbx)
        return read_signing_keys(secrets.get(name), name)

    pbxs, new = settings.asterisk_pbxs, RandomTokens().new
    queues = Queues(pbxs, clock, new, settings.region, settings.aws_endpoints.get("sqs"))
    return Asterisk(AsteriskDoor(pbxs, keys, clock), queues, keys, new)


CARRIERS: Mapping[str, Callable[[Settings, Secrets, Clock], Carrier | None]] = {
    "twilio": _twilio,
    "asterisk": _asterisk,
}
"""What makes each carrier; one for which nothing is set gives None, and none of its modules is loaded."""


def _carriers(settings: Settings, secrets: Secrets, clock: Clock) -> Mapping[str, Carrier]:
    made = {name: make(settings, secrets, clock) for name, make in CARRIERS.items()}
    return {name: carrier for name, carrier in made.items() if carrier}
