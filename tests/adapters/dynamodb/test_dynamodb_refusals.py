"""What DynamoDB refuses is told as a conflict when reading again may help, and as it is when not."""

import pytest
from pynamodb.exceptions import CancellationReason, PutError, TransactWriteError, VerboseClientError

from chalicelib.adapters.dynamodb.models import Row
from chalicelib.adapters.dynamodb.table import Refused, Table, told_as_conflict
from chalicelib.core.ground.errors import Conflict


def refusal(code: str) -> PutError:
    return PutError("Failed to put", VerboseClientError({"Error": {"Code": code, "Message": ""}}, "PutItem"))


def cancelled(*codes: str | None) -> TransactWriteError:
    reasons = [CancellationReason(code) if code else None for code in codes]
    response = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
    cause = VerboseClientError(response, "TransactWriteItems", cancellation_reasons=reasons)
    return TransactWriteError("Failed to write", cause)


@pytest.mark.parametrize(
    "error",
    [refusal("ConditionalCheckFailedException"), cancelled(None, "ConditionalCheckFailed", "TransactionConflict")],
)
def test_a_condition_that_does_not_hold_is_refused(error):
    with pytest.raises(Refused), told_as_conflict():
        raise error


@pytest.mark.parametrize(
    "error",
    [
        refusal("TransactionConflictException"),
        refusal("TransactionInProgressException"),
        refusal("ProvisionedThroughputExceededException"),
        refusal("ThrottlingException"),
        cancelled("TransactionConflict", None),
        cancelled("ThrottlingError"),
    ],
)
def test_a_busy_table_is_a_conflict_and_no_refusal(error):
    with pytest.raises(Conflict) as raised, told_as_conflict():
        raise error
    assert not isinstance(raised.value, Refused)


class Throttled:
    """A connection to a table that lets nothing through."""

    table_name = "throttled"

    def __getattr__(self, _name):
        def refuse(*_args, **_kwargs):
            raise refusal("ProvisionedThroughputExceededException")

        return refuse


@pytest.mark.parametrize(
    "read",
    [
        lambda table: table.get(("CALL#1", "STATE")),
        lambda table: table.get_all([("CALL#1", "STATE")]),
        lambda table: table.query("QUEUE#service", Row.SK.startswith("WAIT#")),
        lambda table: table.count("QUEUE#service", Row.SK.startswith("WAIT#"), 500),
    ],
)
def test_a_read_that_is_throttled_is_a_conflict_too(read):
    with pytest.raises(Conflict):
        read(Table(Throttled()))


@pytest.mark.parametrize("error", [refusal("AccessDeniedException"), cancelled("ValidationError"), cancelled()])
def test_our_own_mistakes_are_raised_as_they_are(error):
    with pytest.raises(type(error)), told_as_conflict():
        raise error
