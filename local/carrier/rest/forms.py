"""Checks a REST request as the published OpenAPI document describes it, its prose included.

`forms.json` is the table: operation -> field -> type, enum, bounds, pattern; `required`; `spaced` where several values
may stand in one field; `blank` where an empty address has a meaning; `emulated: false` for what Twilio takes and this
carrier does not do, `emulated_values` where it does some of it. An unknown field is refused: Twilio would ignore it,
and so hide a slip of the pen.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from local.carrier.documents.twiml import TwimlError, TwimlNotEmulatedError, parse
from local.carrier.legs.addresses import CLIENT, PHONE, SIP, SIP_USER
from local.carrier.wire.not_emulated import NOT_EMULATED, told

INVALID, NO_TO, NO_FROM, BAD_TO, BAD_FROM, BAD_INSTRUCTIONS, BAD_CALLBACK, BAD_ADDRESS, BAD_TWIML = (
    20001, 21201, 21213, 21211, 21212, 21205, 21609, 11100, 12100,
)  # fmt: skip
BAD_LABEL, BAD_EVENT, BAD_DIGITS, BAD_TIMEOUT, BAD_METHOD, BAD_PAGE_SIZE, BAD_PAGE_TOKEN = (
    16024, 21626, 21206, 21208, 21209, 20007, 21481,
)  # fmt: skip
CODES = {
    "To": BAD_TO, "From": BAD_FROM, "Label": BAD_LABEL, "StatusCallbackEvent": BAD_EVENT, "Url": BAD_INSTRUCTIONS,
    "SendDigits": BAD_DIGITS, "Timeout": BAD_TIMEOUT, "Method": BAD_METHOD, "PageSize": BAD_PAGE_SIZE,
    "PageToken": BAD_PAGE_TOKEN,
}  # fmt: skip
MISSING = {"To": NO_TO, "From": NO_FROM}
URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?(/\S*)?(\?\S*)?")
CREDENTIALS = re.compile(r"https?://[^/?#\s]*@")
APPLICATION = re.compile(r"app:AP[0-9a-fA-F]{32}(\?\S*)?")


class RestError(Exception):
    """A refusal, with the carrier's error code and the HTTP status."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class NotEmulatedError(RestError):
    """A request that Twilio would carry out and this carrier does not."""

    def __init__(self, what: str) -> None:
        super().__init__(NOT_EMULATED, NOT_EMULATED, told(what))


@dataclass(frozen=True, slots=True)
class Form:
    """A checked form."""

    values: Mapping[str, tuple[str, ...]]

    def has(self, name: str) -> bool:
        """Whether the field was sent."""
        return name in self.values

    def get(self, name: str, default: str = "") -> str:
        """A field's value."""
        return self.values[name][0] if name in self.values else default

    def optional(self, name: str) -> str | None:
        """A field's value, None when it was not sent."""
        return self.values[name][0] if name in self.values else None

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean."""
        return self.get(name).lower() == "true" if name in self.values else default

    def number(self, name: str, default: int) -> int:
        """An integer."""
        return int(self.get(name, str(default)))

    def words(self, name: str, default: str) -> frozenset[str]:
        """A set of words, however they were sent."""
        values = self.values.get(name, (default,))
        return frozenset(word for value in values for word in value.split())


@cache
def table() -> dict[str, dict[str, dict[str, Any]]]:
    """The fields of every operation."""
    content = Path(__file__).with_name("forms.json").read_text(encoding="utf-8")
    fields: dict[str, dict[str, dict[str, Any]]] = json.loads(content)
    return fields


def check(operation: str, sent: list[tuple[str, str]]) -> Form:
    """The form, or a RestError for the first thing that is wrong with it."""
    known = table().get(operation, {})
    values: dict[str, tuple[str, ...]] = {}
    for name, value in sent:
        values[name] = (*values.get(name, ()), value)
    for name in values:
        _check_known(operation, name, known)
    for name, rule in known.items():
        _check_field(name, rule, values.get(name, ()))
    return Form(values)


def _check_known(operation: str, name: str, known: Mapping[str, Mapping[str, Any]]) -> None:
    if name not in known:
        raise RestError(400, INVALID, f"{operation} has no parameter {name!r}")
    if not known[name].get("emulated", True):
        raise NotEmulatedError(name)


def _check_field(name: str, rule: Mapping[str, Any], values: tuple[str, ...]) -> None:
    if not values:
        if rule.get("required"):
            raise RestError(400, MISSING.get(name, INVALID), f"{name} is required")
        return
    if len(values) > 1 and rule["type"] != "list":
        raise RestError(400, INVALID, f"{name} was sent {len(values)} times")
    for value in values:
        _check_value(name, rule, value)


def _check_value(name: str, rule: Mapping[str, Any], value: str) -> None:
    problem = CHECKS[rule["type"]](value, rule)
    if not problem and "pattern" in rule and not re.search(rule["pattern"], value):
        problem = "does not have the form that is asked for"
    if problem:
        raise RestError(400, _code(name, rule), f"{name} {problem}")
    emulated = rule.get("emulated_values")
    missing = emulated and [word for word in value.lower().split() if word not in emulated]
    if missing:
        raise NotEmulatedError(f"{name}={missing[0]}")


def _code(name: str, rule: Mapping[str, Any]) -> int:
    if name in CODES:
        return CODES[name]
    if rule["type"] == "url":
        return BAD_CALLBACK if "Callback" in name else BAD_ADDRESS
    return BAD_TWIML if rule["type"] == "twiml" else INVALID


def _string(value: str, rule: Mapping[str, Any]) -> str:
    allowed = rule.get("enum")
    return f"must be one of {', '.join(allowed)}" if allowed and value not in allowed else ""


def _list(value: str, rule: Mapping[str, Any]) -> str:
    words = value.split() if rule.get("spaced") else [value]
    if not words:
        return "is blank"
    return next((problem for word in words if (problem := _string(word, rule))), "")


def _boolean(value: str, _rule: Mapping[str, Any]) -> str:
    """Twilio's own examples write `Muted=True`."""
    return "" if value.lower() in {"true", "false"} else "must be true or false"


def _integer(value: str, rule: Mapping[str, Any]) -> str:
    if not re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
        return "must be an integer"
    low, high = rule.get("min", float("-inf")), rule.get("max", float("inf"))
    return "" if low <= int(value) <= high else f"must be between {low} and {high}"


def _url(value: str, rule: Mapping[str, Any]) -> str:
    if CREDENTIALS.match(value):
        raise NotEmulatedError("a name and a password in an address")
    if URL.fullmatch(value) or (value == "" and rule.get("blank")):
        return ""
    return "must be an absolute http or https address without underscores in its host"


def _method(value: str, _rule: Mapping[str, Any]) -> str:
    return "" if value in {"GET", "POST"} else "must be GET or POST"


def _twiml(value: str, rule: Mapping[str, Any]) -> str:
    longest = rule.get("max", len(value))
    if len(value) > longest:
        return f"may have at most {longest} characters"
    try:
        parse(value)
    except TwimlNotEmulatedError as error:
        raise NotEmulatedError(error.what) from None
    except TwimlError as error:
        return f"is not TwiML that can be carried out: {error}"
    return ""


def _endpoint(value: str, _rule: Mapping[str, Any]) -> str:
    if APPLICATION.fullmatch(value):
        raise NotEmulatedError("a TwiML application")
    known = any(form.fullmatch(value) for form in (PHONE, CLIENT, SIP, SIP_USER))
    return "" if known else "is no phone number (E.164), client: or sip: address"


CHECKS = {
    "string": _string,
    "list": _list,
    "boolean": _boolean,
    "integer": _integer,
    "url": _url,
    "method": _method,
    "twiml": _twiml,
    "endpoint": _endpoint,
}
