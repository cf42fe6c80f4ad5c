"""The one table that turns errors into HTTP statuses, and what of an error is told outside."""

from collections.abc import Mapping

from chalicelib.core.ground import errors

STATUSES: Mapping[type[errors.IcallError], int] = {
    errors.BadRequest: 400,
    errors.NotProved: 401,
    errors.NotSigned: 403,
    errors.NotPermitted: 403,
    errors.NotFound: 404,
    errors.NotLegalNow: 409,
    errors.SignedInElsewhere: 409,
    errors.TooManyRequests: 429,
    errors.BusinessSystemsFault: 502,
    errors.CarriersFault: 502,
    errors.Conflict: 503,
    errors.OurFault: 500,
}


def status_of(error: errors.IcallError) -> int:
    """Give the HTTP status that tells of this error."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def shown(error: errors.IcallError) -> str:
    """Give what who asked is told of this error: of our own fault not why, which is for operators."""
    return (
        "This is our fault: try again, and tell us if it stays." if isinstance(error, errors.OurFault) else str(error)
    )
