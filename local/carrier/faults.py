"""Carriers misbehave: rules that delay, double, swap or lose webhooks and spoil REST answers.

A rule is countable: `times=1` spoils one message, `None` all that match. Rules are asked in their order and every
rule that matches takes effect.
"""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

WebhookKind = Literal["voice", "action", "status", "conference", "recording", "media", "any"]
RestEffect = Literal["fail-before", "fail-after", "drop-before", "drop-after", "late"]
FOREVER = None


@dataclass(slots=True)
class WebhookFault:
    """Spoils webhooks of a kind whose fields contain all of `match`."""

    kind: WebhookKind = "any"
    match: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    double: bool = False
    reorder: bool = False
    lose: bool = False
    times: int | None = 1

    def fits(self, kind: str, fields: Mapping[str, str]) -> bool:
        """Whether the rule is still good for this webhook."""
        wanted = self.kind in (kind, "any") and self.times != 0
        return wanted and all(fields.get(name) == value for name, value in self.match.items())


@dataclass(slots=True)
class RestFault:
    """Spoils REST requests whose "METHOD /path" below the account matches the pattern."""

    pattern: str = "*"
    effect: RestEffect = "fail-before"
    status: int = 500
    code: int = 20500
    seconds: float = 0.0
    times: int | None = 1

    def fits(self, operation: str) -> bool:
        """Whether the rule is still good for this request."""
        return self.times != 0 and fnmatch.fnmatchcase(operation, self.pattern)


@dataclass(frozen=True, slots=True)
class Spoiling:
    """All that the rules do to one webhook."""

    delay: float = 0.0
    copies: int = 1
    reorder: bool = False
    lost: int = 0


class Faults:
    """The rules in force."""

    def __init__(self) -> None:
        self.webhooks: list[WebhookFault] = []
        self.rest: list[RestFault] = []

    def on_webhook(self, fault: WebhookFault) -> None:
        """Put a rule for webhooks in force."""
        self.webhooks.append(fault)

    def on_rest(self, fault: RestFault) -> None:
        """Put a rule for REST requests in force."""
        self.rest.append(fault)

    def too_many_requests(self, pattern: str = "POST *", times: int | None = 1) -> None:
        """Refuse requests with 429 and code 20429."""
        self.on_rest(RestFault(pattern, "fail-before", status=429, code=20429, times=times))

    def clear(self) -> None:
        """Behave again."""
        self.webhooks.clear()
        self.rest.clear()

    def spoil_webhook(self, kind: str, fields: Mapping[str, str]) -> Spoiling:
        """Use up one turn of every rule that fits the webhook."""
        hits = [rule for rule in self.webhooks if rule.fits(kind, fields)]
        for rule in hits:
            _use(rule)
        return Spoiling(
            delay=sum(rule.delay for rule in hits),
            copies=2 if any(rule.double for rule in hits) else 1,
            reorder=any(rule.reorder for rule in hits),
            lost=sum(rule.lose for rule in hits),
        )

    def spoil_rest(self, operation: str) -> list[RestFault]:
        """Use up one turn of every rule that fits the request."""
        hits = [rule for rule in self.rest if rule.fits(operation)]
        for rule in hits:
            _use(rule)
        return hits


def _use(rule: WebhookFault | RestFault) -> None:
    if rule.times is not None:
        rule.times -= 1
