"""Settings: read once from the environment, typed, refused by name."""

import re
from collections.abc import Mapping
from dataclasses import field

from chalicelib.core.ground.errors import NotConfigured
from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Where everything is. Addresses are without a slash at their end; secrets are only named here, never held.

    `allow_private` are the `host:port` of business systems that may be inner and plain. `allow_loopback` (any port of
    our own machine) and `aws_endpoints` (service to address) are for the laptop; `secrets_file` takes the place of
    Parameter Store there. Without `twilio_account_sid` Twilio is none of the stack's carriers, and without
    `asterisk_pbxs` (the queue's address of each, by its name) Asterisk is none.
    """

    table: str
    public_url: str
    sockets_url: str
    timers_queue_url: str
    webhooks_queue_url: str
    recordings_queue_url: str
    recordings_bucket: str
    media_bucket: str
    twilio_account_sid: str = ""
    twilio_api_url: str = "https://api.twilio.com"
    asterisk_pbxs: Mapping[str, str] = field(default_factory=dict)
    region: str = "us-east-1"
    secrets_path: str = "/icall"
    secrets_file: str = ""
    aws_endpoints: Mapping[str, str] = field(default_factory=dict)
    allow_private: frozenset[str] = frozenset()
    allow_loopback: bool = False
    tracing: bool = False


_NEEDED: Mapping[str, str] = {
    "table": "ICALL_TABLE",
    "public_url": "ICALL_PUBLIC_URL",
    "sockets_url": "ICALL_SOCKETS_URL",
    "timers_queue_url": "ICALL_TIMERS_QUEUE_URL",
    "webhooks_queue_url": "ICALL_WEBHOOKS_QUEUE_URL",
    "recordings_queue_url": "ICALL_RECORDINGS_QUEUE_URL",
    "recordings_bucket": "ICALL_RECORDINGS_BUCKET",
    "media_bucket": "ICALL_MEDIA_BUCKET",
}

_OPTIONAL: Mapping[str, str] = {
    "twilio_account_sid": "ICALL_TWILIO_ACCOUNT_SID",
    "twilio_api_url": "ICALL_TWILIO_API_URL",
    "region": "AWS_REGION",
    "secrets_path": "ICALL_SECRETS_PATH",
    "secrets_file": "ICALL_SECRETS_FILE",
}

_ENDPOINTS: Mapping[str, str] = {
    "dynamodb": "ICALL_DYNAMODB_ENDPOINT",
    "s3": "ICALL_S3_ENDPOINT",
    "sqs": "ICALL_SQS_ENDPOINT",
}

_ACCOUNT = re.compile("AC[0-9a-fA-F]{32}")
_PBX = re.compile(r"([a-z0-9]{1,16})=(https?://[^\s,=?#]+\.fifo)")
_LOOPBACK = "loopback"
_PLACE = re.compile(r"[a-z0-9:.-]+:[0-9]{1,5}")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        NotConfigured: naming every variable that is missing, or the one that is wrong.
    """
    missing = sorted(name for name in _NEEDED.values() if not environment.get(name))
    if missing:
        raise NotConfigured(f"Set these environment variables: {', '.join(missing)}.")
    named = {**_NEEDED} | {field: name for field, name in _OPTIONAL.items() if environment.get(name)}
    _check_twilio(environment)
    private = _private(environment)
    return Settings(
        **{field: environment[name].rstrip("/") for field, name in named.items()},
        asterisk_pbxs=_pbxs(environment),
        aws_endpoints={service: environment[name] for service, name in _ENDPOINTS.items() if environment.get(name)},
        allow_private=private - {_LOOPBACK},
        allow_loopback=_LOOPBACK in private,
        tracing=environment.get("ICALL_TRACING", "") == "on",
    )


def _check_twilio(environment: Mapping[str, str]) -> None:
    account = environment.get("ICALL_TWILIO_ACCOUNT_SID", "")
    if account and not _ACCOUNT.fullmatch(account):
        raise NotConfigured("ICALL_TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits, or empty: no Twilio then.")
    if not account and environment.get("ICALL_TWILIO_API_URL"):
        raise NotConfigured("ICALL_TWILIO_API_URL is set, ICALL_TWILIO_ACCOUNT_SID is not: set both, or neither.")


def _pbxs(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Read which Asterisks there are; the form of a name is protocol.md's."""
    named = [_PBX.fullmatch(each) for each in filter(None, environment.get("ICALL_ASTERISK_PBXS", "").split(","))]
    pbxs = {found[1]: found[2] for found in named if found}
    if len(pbxs) < len(named):
        raise NotConfigured(
            "ICALL_ASTERISK_PBXS must be name=address of its FIFO queue, several with commas between, each name once: "
            "1 to 16 small letters and digits."
        )
    return pbxs


def _private(environment: Mapping[str, str]) -> frozenset[str]:
    named = frozenset(filter(None, environment.get("ICALL_ALLOW_PRIVATE", "").split(",")))
    if any(name != _LOOPBACK and not _PLACE.fullmatch(name) for name in named):
        raise NotConfigured("ICALL_ALLOW_PRIVATE must be host:port, in small letters, several with commas between.")
    # Lambda sets this variable for every function. There, loopback leads to the function's own runtime and credentials.
    if _LOOPBACK in named and environment.get("AWS_LAMBDA_FUNCTION_NAME"):
        raise NotConfigured("ICALL_ALLOW_PRIVATE may hold loopback on a laptop alone: take it out of this function.")
    return named
