"""What doAction answers to each error, and what a dialled number becomes."""

import pytest

from chalicelib.core.agents.action_codes import ACTION_CODES, action_name
from chalicelib.core.agents.results import Result, result_of
from chalicelib.core.centre.dial_plan import to_e164
from chalicelib.core.centre.model import DialPlan
from chalicelib.core.centre.permissions import ACTION_PERMISSION
from chalicelib.core.ground import errors

PLAN = DialPlan("CN", "0755", "+8675583000000")


def kinds(of):
    return [of, *(kind for below in of.__subclasses__() for kind in kinds(below) if below.__module__ == of.__module__)]


def example(kind):
    return kind("reason", "sentence") if issubclass(kind, errors.PluginFailed) else kind("sentence")


@pytest.mark.parametrize("kind", kinds(errors.IcallError), ids=lambda kind: kind.__name__)
def test_every_error_has_a_return_value_that_is_no_success(kind):
    assert result_of(example(kind)) < 0


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.NotProved, -1),
        (errors.BadRequest, -3),
        (errors.BadTagString, -3),
        (errors.NotLegalNow, -4),
        (errors.IllegalMove, -4),
        (errors.NotPermitted, -5),
        (errors.NotFound, -6),
        (errors.CarrierRefused, -8),
        (errors.CarrierGone, -8),
        (errors.CarrierUncertain, -8),
        (errors.Conflict, -9),
        (errors.NotConfigured, -9),
        (errors.TooManyRequests, -12),
    ],
)
def test_an_error_keeps_its_published_number(kind, code):
    assert int(result_of(example(kind))) == code


def test_the_published_numbers_are_those_of_the_interface():
    assert {int(result) for result in Result} == set(range(-13, 1))


def test_every_action_has_a_code_and_a_permission():
    assert set(ACTION_CODES.values()) <= set(ACTION_PERMISSION)
    assert (ACTION_CODES[7], action_name(99, {})) == ("call", None)


def test_a_deployments_own_codes_come_first():
    assert (action_name(70, {70: "call"}), action_name(1, {1: "pause"}), action_name(1, {})) == (
        "call",
        "pause",
        "answer",
    )


@pytest.mark.parametrize(
    ("dialled", "number"),
    [
        ("83366857", "+8675583366857"),
        ("075583366857", "+8675583366857"),
        ("02083366800", "+862083366800"),
        ("13900139000", "+8613900139000"),
        ("139 0013 9000", "+8613900139000"),
        ("+8613900139000", "+8613900139000"),
        ("008613900139000", "+8613900139000"),
        ("+12015550123", "+12015550123"),
    ],
)
def test_a_number_as_people_write_it_becomes_e164(dialled, number):
    assert to_e164(dialled, PLAN) == number


@pytest.mark.parametrize("dialled", ["", "12", "abc", "1" * 40, "+999123456789", "sip:x@example.com"])
def test_what_is_no_number_is_refused_without_being_repeated(dialled):
    with pytest.raises(errors.BadRequest) as refused:
        to_e164(dialled, PLAN)
    assert not dialled or dialled not in str(refused.value)
