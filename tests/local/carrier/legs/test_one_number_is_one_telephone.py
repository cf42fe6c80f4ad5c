"""One number, however it is written, is one telephone: to who registers it, calls it, answers it, takes it away."""

import pytest
from product_under_call import HOTLINE

from local.carrier.legs.numbering import Numbering
from local.carrier.settings import Number

NEIGHBOUR = ["83366857", "8336 6857", "075583366857", "0755-83366857", "75583366857", "8675583366857", "+8675583366857"]
IN_ANOTHER_CITY = ["02083366857", "2083366857", "862083366857", "+862083366857", "+86 20 8336-6857"]
MOBILE = ["13900139000", "8613900139000", "+8613900139000"]


@pytest.fixture
def call(carrier):
    def call(to):
        carrier.rest("POST", "Calls.json", From=HOTLINE, To=to, Twiml="<Response><Pause/></Response>")

    return call


@pytest.mark.parametrize("writings", [NEIGHBOUR, IN_ANOTHER_CITY, MOBILE], ids=["neighbour", "other city", "mobile"])
def test_every_writing_of_a_number_is_the_same_telephone(exchange, writings):
    for written in writings:
        exchange.device(written, "busy")
    assert [device.address for device in exchange.devices.all()] == [writings[-1].replace(" ", "").replace("-", "")]


def test_what_one_registered_and_another_called_by_another_writing_rings_and_is_answered_by_a_third(exchange, call):
    exchange.device("+862083366857")
    exchange.device("02083366857")
    call("+862083366857")
    exchange.pause(1)
    assert exchange.known_device("2083366857").answer().party == "+862083366857"


def test_the_same_digits_in_two_cities_are_two_telephones(exchange, call):
    here, there = exchange.device("83366857"), exchange.device("02083366857")
    call("+862083366857")
    exchange.pause(1)
    assert (len(here.ringing()), len(there.ringing())) == (0, 1)


def test_a_telephone_is_taken_away_by_any_of_its_writings(exchange):
    exchange.device("83366857")
    exchange.remove_device("075583366857")
    assert not exchange.devices.knows("+8675583366857")


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("801", "801"),
        ("client:agent_100?wanted=1", "client:agent_100"),
        ("sip:lisi@phones.shunda.example;transport=tls", "sip:lisi@phones.shunda.example"),
    ],
)
def test_inner_numbers_and_addresses_that_are_no_numbers_stay_as_they_are(exchange, written, known):
    assert exchange.device(written).address == known
    assert exchange.devices.knows(written)


def test_an_account_without_numbers_knows_the_world_and_no_neighbours():
    abroad = Numbering([])
    assert abroad.address("+86 20 8336 6857") == "+862083366857"
    assert abroad.address("83366857") == "83366857"


@pytest.mark.parametrize("written", ["(415) 555-2671", "4155552671", "14155552671"])
def test_neighbours_are_those_of_the_accounts_own_numbers(written):
    numbering = Numbering([Number("100", ""), Number("+14155550100", "")])
    assert numbering.address(written) == "+14155552671"


def test_a_caller_is_shown_as_they_dial(exchange):
    assert exchange.dial("83366857", HOTLINE).from_to == ("83366857", HOTLINE)
