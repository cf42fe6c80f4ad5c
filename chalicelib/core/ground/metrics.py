"""What is counted, and what a line of the log may tell; docs/watching.md explains both to operators."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self


class Metric(StrEnum):
    """The metrics, by their names in CloudWatch; `meaning` is one line for each."""

    meaning: str

    def __new__(cls, name: str, meaning: str) -> Self:
        """Make a member that is its name and carries its meaning."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.meaning = meaning
        return member

    CALLS = "Calls", "Calls that arrived at one of our numbers."
    STEPS = "Steps", "Times that a flow was walked on: one for each answer of a caller."
    OFFERS = "Offers", "Offers of a waiting call to an agent: devices that began to ring."
    ANSWERED = "Answered", "Calls that an agent, or the number they dialled, answered."
    ABANDONED = "Abandoned", "Callers who hung up while they waited in a queue."
    ENDED = "Ended", "Calls that ended, however they did."
    ACTIONS = "Actions", "Actions of agents' pages that were carried out."
    CONTROLS = "Controls", "Controls of agents that supervisors asked for, carried out or refused."
    PLUGIN_FAILURES = "PluginFailures", "Questions that a business system did not answer usably in time."
    REFUSED = "Refused", "Commands that a carrier refused, or that came too late for their leg."
    EXCHANGE_HEARD = "ExchangeHeard", "Times that a telephone system of ours (an Asterisk) said how it is."
    EXCHANGE_AILS = "ExchangeAils", "Times that one said it is frozen, or away."
    REDELIVERED = "Redelivered", "Changes whose commands had to be looked at a second time."
    OUTBOX_AGE = "OutboxAge", "Milliseconds from a commit to the stream's look at what it wants told."


FACTS: Mapping[str, str] = {
    "agent": "an AgentID",
    "attempt": "how many times it was tried",
    "call": "our call id",
    "carrier": "the carrier's name in the configuration",
    "code": "an error's number at the carrier or in a protocol",
    "command": "the kind of a command to the carrier",
    "endpoint": "the name of a webhook's receiver",
    "error": "an error's kind",
    "event": "the kind of an event",
    "exchange": "the name of a telephone system of ours",
    "flow": "a flow's name",
    "fields": "names of a form's fields, never their values",
    "function": "which of our functions",
    "kind": "the kind of a timer or notice",
    "left": "how many were left for the next time",
    "leg": "our leg id",
    "ms": "a duration in milliseconds",
    "plugin": "a plugin's name",
    "queue": "a queue's name",
    "reason": "a short code of ours",
    "status": "an HTTP status",
    "step": "a step's name in its flow",
    "turn": "which question of the carrier's",
    "version": "the version of a call, a flow or the configuration",
    "vocid": "a recording's id",
    "why": "the text of an error of ours, which holds nobody's data",
}
"""The only facts that a line may carry: a caller's number or entry has no name here, so it cannot slip in."""
