"""Settings: read once, typed, refused by name. Secrets stand in files of their own, which are only named here."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

PREFIX: Final = "ICALL_BRIDGE_"

_PBX = re.compile("[a-z0-9]{1,16}")
_NAME = re.compile("[A-Za-z0-9_.-]{1,64}")
_REGION = re.compile("[a-z]{2}(-[a-z]+)+-[0-9]")
_BUCKET = re.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PLACE = re.compile(r"[a-z0-9:.-]+:[0-9]{1,5}")
_DIALLED = re.compile(r"[A-Za-z0-9]+/[!-~]*\{name\}[!-~]*")
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_LOOPBACK = "loopback"
_MOST_SECRET_BYTES = 64 * 1024


class NotConfigured(Exception):
    """The settings do not do; the message names each that is wrong, and repeats no value."""


class _Wrong(Exception):
    """What a setting must be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the bridge is told. Addresses have no slash at their end; empty texts mean: none.

    Args:
        pbx: the name of this Asterisk with its bridge, as the stack knows it.
        public_url: the stack's address.
        queue_url: the SQS queue of this pbx's commands.
        webhook_keys_file: holds the keys that sign events, as the stack's secret `asterisk/{pbx}/webhook-keys`.
        ari_url: Asterisk's ARI, `ari_user` and the password in `ari_password_file` open it.
        application: the Stasis application's name.
        region: AWS's; `endpoints` (sqs, s3, polly) are other addresses for its services, on a laptop.
        state_folder: the journal, and the lock that keeps a second bridge out.
        cache_folder: sounds that were made ready; what does not fit goes into `spare_folder`, best in memory.
        recordings_folder: where Asterisk puts recordings.
        agent: how Asterisk dials an agent's browser, `{name}` in the place of the agent's id.
        sip: the same for a desk telephone, `{name}` in the place of its user.
        outside: the same for a number outside.
        peers: trunks to other pbxs of the stack, where telephones are looked for that are not registered here.
        fallback: the dialplan's context for callers whose questions get no answer.
        voice: who speaks: polly, espeak or none; `espeak` is the program if it is not on PATH.
        speech_bucket: the stack's bucket of sounds, where speech is kept for all bridges.
        allow_private: `host:port` of sounds that may be inner and plain, and perhaps `loopback`.
        filler_after: seconds after which who waits for a prompt hears that it is coming.
        cache_megabytes: how much of sounds is kept.
        health_port: of health and metrics, on loopback; 0: any that is free.
        log_level: DEBUG, INFO, WARNING or ERROR.

    """

    pbx: str
    public_url: str
    queue_url: str
    webhook_keys_file: Path
    ari_url: str
    ari_user: str
    ari_password_file: Path
    application: str
    region: str
    endpoints: Mapping[str, str]
    state_folder: Path
    cache_folder: Path
    spare_folder: Path | None
    recordings_folder: Path
    agent: str
    sip: str
    outside: str
    peers: tuple[str, ...]
    fallback: str
    voice: str
    espeak: str
    speech_bucket: str
    allow_private: frozenset[str]
    filler_after: float
    cache_megabytes: int
    health_port: int
    log_level: str


def _matching(pattern: re.Pattern[str], must: str) -> Callable[[str], str]:
    def read_text(text: str) -> str:
        if not pattern.fullmatch(text):
            raise _Wrong(must)
        return text

    return read_text


def _one_of(*known: str) -> Callable[[str], str]:
    def read_known(text: str) -> str:
        if text not in known:
            raise _Wrong(f"must be one of {', '.join(known)}")
        return text

    return read_known


def _number(least: float, most: float, kind: Callable[[str], Any] = int) -> Callable[[str], Any]:
    def read_number(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            raise _Wrong(f"must be a number from {least:g} to {most:g}")
        return value

    return read_number


def _address(text: str) -> str:
    """Read an address that must be https, but on our own machine."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise _Wrong("must be an address without user, ? and #")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_ourselves(host)):
        raise _Wrong("must be https (http on this machine alone)")
    return text.rstrip("/")


def _is_ourselves(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_absolute():
        raise _Wrong("must be an absolute path")
    return path


def _places(text: str) -> frozenset[str]:
    named = frozenset(filter(None, text.split(",")))
    if any(name != _LOOPBACK and not _PLACE.fullmatch(name) for name in named):
        raise _Wrong("must be host:port, in small letters, several with commas between")
    return named


def _names(text: str) -> tuple[str, ...]:
    named = tuple(filter(None, text.split(",")))
    if not all(_NAME.fullmatch(name) for name in named):
        raise _Wrong("must be names of PJSIP endpoints, several with commas between")
    return named


def _optional(read: Callable[[str], Any], none: Any) -> Callable[[str], Any]:
    return lambda text: read(text) if text else none


@dataclass(frozen=True, slots=True)
class _Setting:
    """How one is read, and what it is when it is not set; `default` None: it must be set.

    `systemd` is the variable that systemd sets for a service (StateDirectory= and the like), before the default.
    """

    read: Callable[[str], Any]
    default: str | None = None
    systemd: str = ""
    below: str = ""


_dialled = _matching(_DIALLED, "must be technology/place with {name} in it, such as PJSIP/{name}@trunk")
_name = _matching(_NAME, "must be letters, digits, _, . and -")

SETTINGS: Final[Mapping[str, _Setting]] = {
    "pbx": _Setting(_matching(_PBX, "must be 1 to 16 small letters and digits")),
    "public_url": _Setting(_address),
    "queue_url": _Setting(_address),
    "webhook_keys_file": _Setting(_folder, systemd="CREDENTIALS_DIRECTORY", below="webhook-keys"),
    "ari_url": _Setting(_address, "http://127.0.0.1:8088/ari"),
    "ari_user": _Setting(_name, "icall"),
    "ari_password_file": _Setting(_folder, systemd="CREDENTIALS_DIRECTORY", below="ari-password"),
    "application": _Setting(_name, "icall"),
    "region": _Setting(_matching(_REGION, "must be a region such as eu-west-1")),
    "state_folder": _Setting(_folder, "/var/lib/icall-bridge", systemd="STATE_DIRECTORY"),
    "cache_folder": _Setting(_folder, "/var/cache/icall-bridge", systemd="CACHE_DIRECTORY"),
    "spare_folder": _Setting(_optional(_folder, None), "", systemd="RUNTIME_DIRECTORY"),
    "recordings_folder": _Setting(_folder, "/var/spool/asterisk/recording"),
    "agent": _Setting(_dialled, "PJSIP/agent_{name}"),
    "sip": _Setting(_dialled, "PJSIP/{name}"),
    "outside": _Setting(_dialled, "PJSIP/{name}@trunk"),
    "peers": _Setting(_names, ""),
    "fallback": _Setting(_name, "icall-fallback"),
    "voice": _Setting(_one_of("polly", "espeak", "none"), "polly"),
    "espeak": _Setting(str, ""),
    "speech_bucket": _Setting(_optional(_matching(_BUCKET, "must be a bucket's name"), ""), ""),
    "allow_private": _Setting(_places, ""),
    "filler_after": _Setting(_number(0, 60, float), "1.5"),
    "cache_megabytes": _Setting(_number(1, 1_000_000), "512"),
    "health_port": _Setting(_number(0, 65535), "9778"),
    "log_level": _Setting(_one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    "sqs_endpoint": _Setting(_optional(_address, ""), ""),
    "s3_endpoint": _Setting(_optional(_address, ""), ""),
    "polly_endpoint": _Setting(_optional(_address, ""), ""),
}
"""By name: the variable is ICALL_BRIDGE_ and the name in capitals."""

_OTHER_VARIABLES: Mapping[str, str] = {"region": "AWS_REGION"}
_SERVICES = ("sqs", "s3", "polly")


def variable(name: str) -> str:
    """Give the variable of a setting."""
    return _OTHER_VARIABLES.get(name, PREFIX + name.upper())


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        NotConfigured: naming all that are missing, wrong or unknown.

    """
    mistakes = _unknown(environment)
    values: dict[str, Any] = {}
    for name, setting in SETTINGS.items():
        text = _text(name, setting, environment)
        if text is None:
            mistakes.append(f"{variable(name)} must be set")
            continue
        try:
            values[name] = setting.read(text)
        except _Wrong as wrong:
            mistakes.append(f"{variable(name)} {wrong}")
    if mistakes:
        raise NotConfigured("; ".join(mistakes))
    endpoints = {service: address for service in _SERVICES if (address := values.pop(f"{service}_endpoint"))}
    return Settings(**values, endpoints=endpoints)


def read_file(path: Path) -> dict[str, str]:
    """Read a file of `NAME=value` lines, as systemd's EnvironmentFile= has it.

    Raises:
        NotConfigured: it cannot be read, or a line is none; the line's number is told, not what it says.

    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeError):
        raise NotConfigured(f"the settings' file {path.name} cannot be read") from None
    found = {}
    for number, line in enumerate(lines, 1):
        told = line.strip()
        if not told or told.startswith(("#", ";")):
            continue
        match = _LINE.fullmatch(told)
        if not match:
            raise NotConfigured(f"{path.name}:{number} is no NAME=value")
        found[match[1]] = _unquoted(match[2].strip())
    return found


def read_secret(path: Path) -> str:
    """Read a secret's file, which everybody else on the machine must not be able to read.

    Raises:
        NotConfigured: it cannot be read, is empty, or can be read by all.

    """
    try:
        if path.stat().st_mode & 0o007:
            raise NotConfigured(f"{path.name} can be read by everybody on this machine: chmod 640 it")
        with path.open("r", encoding="utf-8") as file:
            secret = file.read(_MOST_SECRET_BYTES).strip()
    except (OSError, UnicodeError):
        raise NotConfigured(f"the secret's file {path.name} cannot be read") from None
    if not secret:
        raise NotConfigured(f"the secret's file {path.name} is empty")
    return secret


def _text(name: str, setting: _Setting, environment: Mapping[str, str]) -> str | None:
    if given := environment.get(variable(name)):
        return given
    if folder := environment.get(setting.systemd):
        # systemd gives several with colons between; the first is ours.
        first = folder.partition(":")[0]
        return f"{first}/{setting.below}" if setting.below else first
    return setting.default


def _unknown(environment: Mapping[str, str]) -> list[str]:
    known = {variable(name) for name in SETTINGS}
    return [_shown(name, known) for name in sorted(environment) if name.startswith(PREFIX) and name not in known]


def _shown(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"{name} is no setting" + (f"; did you mean {close[0]}?" if close else "")


def _unquoted(value: str) -> str:
    for quote in ("'", '"'):
        if len(value) > 1 and value.startswith(quote) and value.endswith(quote):
            return value[1:-1]
    return value
