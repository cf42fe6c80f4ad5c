"""What can go wrong, by whose fault; entrypoints/errors.py alone turns these into statuses.

::

    IcallError
    ├── CallersFault                the request is at fault
    │   ├── BadRequest              malformed or not allowed by the schema
    │   │   └── BadTagString        a tag string that cannot be read
    │   ├── NotProved               who asks could not be established (session, ticket, key)
    │   │   └── NotSigned           a carrier's webhook whose signature is not right
    │   ├── NotPermitted            known, but not allowed to
    │   ├── NotFound                names something that does not exist
    │   ├── NotLegalNow             legal in another state only
    │   ├── SignedInElsewhere       asked by a page that another one took over from
    │   └── TooManyRequests         slower, please
    ├── BusinessSystemsFault        a plugin or a webhook receiver
    │   ├── PluginFailed            slow, down, wrong, huge or hostile
    │   └── AddressRefused          an address that we must not call
    ├── CarriersFault               the carrier refused or did not answer
    │   ├── CarrierRefused          a definite no: nothing happened
    │   ├── CarrierGone             the leg or conference has already ended
    │   └── CarrierUncertain        no answer: it may have happened
    │       └── CarrierTooEarly     not yet: the same may be taken in a moment
    └── OurFault
        ├── Conflict                somebody else changed it first: read again
        ├── IllegalMove             a move that the table of states does not have
        └── NotConfigured           a setting, number, flow or queue is missing
"""


class IcallError(Exception):
    """Every error of ours; its text is fit to be shown and holds nobody's data."""


class CallersFault(IcallError):
    """The request is at fault."""


class BadRequest(CallersFault):
    """Malformed or not allowed by the schema."""


class BadTagString(BadRequest):
    """A tag string that cannot be read."""


class NotProved(CallersFault):
    """Who asks could not be established."""


class NotSigned(NotProved):
    """A carrier's webhook whose signature is not right."""


class NotPermitted(CallersFault):
    """Known, but not allowed to."""


class NotFound(CallersFault):
    """The request names something that does not exist."""


class NotLegalNow(CallersFault):
    """Legal in another state only."""


class TargetBusy(CallersFault):
    """Who is meant is there, but has something else to do, or is in that call no more."""


class SignedInElsewhere(CallersFault):
    """Asked by a page that another one took over from."""


class TooManyRequests(CallersFault):
    """Slower, please."""


class BusinessSystemsFault(IcallError):
    """A plugin or a webhook receiver is at fault."""


class PluginFailed(BusinessSystemsFault):
    """The business system was slow, down, wrong, huge or hostile; `reason` is a short code for metrics."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class AddressRefused(BusinessSystemsFault):
    """An address that we must not call."""


class CarriersFault(IcallError):
    """The carrier refused or did not answer."""


class CarrierRefused(CarriersFault):
    """A definite no: nothing happened."""


class CarrierGone(CarriersFault):
    """The leg or conference has already ended."""


class CarrierUncertain(CarriersFault):
    """No answer: it may have happened; look before acting again."""


class CarrierTooEarly(CarrierUncertain):
    """Not yet: nothing happened, and the same may be taken in a moment."""


class OurFault(IcallError):
    """We are at fault."""


class Conflict(OurFault):
    """Somebody else changed it first: read again and decide anew."""


class IllegalMove(OurFault):
    """A move that the table of states does not have; nothing was changed."""


class NotConfigured(OurFault):
    """A setting, number, flow or queue is missing."""
