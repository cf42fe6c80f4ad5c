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
from chalicelib.adapters.twilio.addresses import Addresses
from chalicelib.adapters.twilio.api import TwilioSettings
from chalicelib.adapters.twilio.carrier import TwilioCommands
from chalicelib.adapters.twilio.door import TwilioDoor
from chalicelib.adapters.twilio.softphone import TwilioSoftphone
from chalicelib.adapters.twilio.twilio import Twilio
from chalicelib.adapters.watch import PowertoolsWatch, start_tracing
from chalicelib.adapters.webhooks import StandardWebhooks
from chalicelib.adapters.workers import ThreadWorkers
from chalicelib.config import Settings, read_settings
from chalicelib.core.ground.values import dataclass
from chalicelib.ports import Clock, Secrets, StreamRow, World

TWILIO_TOKENS = "twilio/auth-token"
"""The secret's name: the auth token, and behind it, with blanks between, all else that webhooks may be signed with: the
old token while it is being rotated, the secrets of shared keys."""

TWILIO_KEY = "twilio/api-key"
"""The secret's name: an API key's SID and its secret with a blank between; it signs what a browser registers with."""


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
        carriers={"twilio": _twilio(settings, secrets, clock)},
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


def _twilio(settings: Settings, secrets: Secrets, clock: Clock) -> Twilio:
    addresses, account = Addresses(settings.public_url), settings.twilio_account_sid
    api = TwilioSettings(
        account_sid=account,
        addresses=addresses,
        auth=lambda: (account, secrets.get(TWILIO_TOKENS).split()[0]),
        api_url=settings.twilio_api_url,
    )
    return Twilio(
        TwilioDoor(addresses, lambda: secrets.get(TWILIO_TOKENS).split()),
        TwilioCommands(api),
        TwilioSoftphone(account, lambda: tuple(secrets.get(TWILIO_KEY).split()), clock),
    )
