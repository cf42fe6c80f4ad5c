"""Whatever is asked of the REST API is carried out, or refused with a reason: nothing breaks it, nothing is ignored."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import patient
from product_under_call import CUSTOMER, HOME, HOTLINE, Carrier, Product, room, settings

from local.carrier.exchange import Exchange
from local.carrier.rest.forms import table

REAL = ["a call", "a conference", "a recording"]
SIDS = ["CA" + "0" * 32, "CF" + "0" * 32, "RE" + "0" * 32, "Twilio.CURRENT", "call-1", "customer", "a%2Fb", "%ff", "é"]
VALUES = [
    "", " ", "true", "True", "yes", "0", "1", "5", "60", "-1", "9" * 5000, "½", "POST", "GET", "completed", "canceled",
    "paused", "stopped", "in-progress", "skip", "initiated ringing", "start end", "mono", "dual", "both", HOTLINE,
    "client:agent_100", "sip:a@b.test", "+", "nobody", f"{HOME}/voice", "product.test", "http://[", "\0", "\n", "客户",
    "<Response/>", "<Response>", "<Response><Record/></Response>", "PACA" + "0" * 32, *SIDS, *REAL,
]  # fmt: skip
OPERATIONS = [*table(), "GET Calls/{call}", "DELETE Calls/{call}", "DELETE Recordings/{recording}"]
NAMES = sorted({name for fields in table().values() for name in fields})


@pytest.fixture(scope="module")
def busy():
    """A carrier with a conference of two that is being recorded."""
    product = Product({"/voice": room(attributes='participantLabel="customer" record="record-from-start"')})
    exchange = Exchange(settings(), product)
    carrier = Carrier(exchange)
    customer = exchange.dial(CUSTOMER, HOTLINE)
    device = exchange.device("client:agent_100")
    exchange.advance(1)
    carrier.add("call-1", device.address, Label="offer-1")
    device.answer()
    _, recording = carrier.rest("POST", f"Calls/{customer.sid}/Recordings.json")
    (conference,) = exchange.conferences.all()
    return carrier, dict(zip(REAL, (customer.sid, conference.sid, recording["sid"]), strict=True))


@st.composite
def requests(draw):
    operation = draw(st.sampled_from(OPERATIONS))
    known = sorted(table().get(operation, {})) or NAMES
    names = draw(
        st.lists(st.sampled_from(known) | st.sampled_from(NAMES) | st.text(min_size=1, max_size=5), max_size=4)
    )
    values = st.sampled_from(VALUES) | st.text(max_size=8)
    form = {name: draw(st.lists(values, min_size=1, max_size=2)) for name in names}
    return operation, draw(st.sampled_from(SIDS + REAL)), draw(st.sampled_from(SIDS + REAL)), form


def ask(carrier, operation, sids, form):
    """Send a request whose path has these ids; a moment passes after it."""
    method, path = operation.split(" ", 1)
    following = iter(sids)
    path = re.sub(r"\{\w+\}", lambda _: next(following), path)
    answer = carrier.rest(method, path if "." in path else f"{path}.json", **form)
    carrier.exchange.advance(0.1)
    return answer


@patient
@given(requests())
def test_nothing_that_is_asked_breaks_it(busy, asked):
    carrier, real = busy
    operation, first, second, form = asked
    form = {name: [real.get(value, value) for value in values] for name, values in form.items()}
    status, body = ask(carrier, operation, [real.get(first, first), real.get(second, second)], form)
    assert status in {200, 201, 204, 400, 404, 405, 409, 501}
    if status >= 400:
        assert (body["status"], bool(body["message"]), body["code"] > 0) == (status, True, True)


@patient
@given(st.sampled_from(sorted(table())), st.text(min_size=1), st.sampled_from(VALUES))
def test_a_field_that_twilio_has_not_is_never_ignored(busy, operation, name, value):
    carrier, real = busy
    status, refusal = ask(carrier, operation, list(real.values()), {f"{name}?": value})
    assert (status, refusal["code"]) == (400, 20001)
