import pytest
from product_under_call import CUSTOMER, HOTLINE

OUTSIDE = "+8613800138000"
DIAL = f'<Dial action="/after" timeout="20" callerId="{HOTLINE}"><Number>{OUTSIDE}</Number></Dial>'


@pytest.fixture
def pages(product):
    product.pages = {"/voice": DIAL, "/after": lambda sent: f"<Say>It was {sent['DialCallStatus']}</Say><Pause/>"}
    return product.pages


def test_the_caller_talks_with_a_number_outside_until_it_hangs_up(exchange, product, pages):
    outside = exchange.device(OUTSIDE)
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("(ringing)")
    other = outside.answer()
    assert (call.talks_with, other.talks_with, other.heard_by) == ([OUTSIDE], [CUSTOMER], [CUSTOMER])
    exchange.advance(12)
    outside.hang_up()
    call.hears("It was completed")
    assert (call.talks_with, call.state) == ([], "in-progress")
    (sent,) = product.sent("/after")
    assert (sent["DialCallDuration"], sent["DialBridged"], sent["DialCallSid"]) == ("12", "true", other.sid)


@pytest.mark.parametrize(("mode", "status"), [("busy", "busy"), ("never", "no-answer"), ("unreachable", "failed")])
def test_how_the_other_party_failed_is_told(exchange, product, pages, mode, status):
    exchange.device(OUTSIDE, mode)
    exchange.dial(CUSTOMER, HOTLINE).hears(f"It was {status}")
    assert "DialCallDuration" not in product.sent("/after")[0]


def test_who_hangs_up_takes_the_ringing_party_away(exchange, product, pages):
    outside = exchange.device(OUTSIDE)
    call = exchange.dial(CUSTOMER, HOTLINE)
    ringing = outside.rings()
    call.hang_up()
    exchange.run_until_idle()
    assert (ringing.state, product.sent("/after")) == ("canceled", [])


def test_who_is_redirected_leaves_the_other_party(exchange, carrier, product, pages):
    outside = exchange.device(OUTSIDE)
    call = exchange.dial(CUSTOMER, HOTLINE)
    other = outside.answer()
    carrier.rest("POST", f"Calls/{call.sid}.json", Twiml="<Response><Say>Back</Say><Pause/></Response>")
    call.hears("Back")
    assert (other.state, call.state, call.talks_with) == ("completed", "in-progress", [])


def test_a_star_comes_back_when_that_was_asked_for(exchange, pages):
    pages["/voice"] = DIAL.replace("<Dial ", '<Dial hangupOnStar="true" ')
    outside = exchange.device(OUTSIDE)
    call = exchange.dial(CUSTOMER, HOTLINE)
    outside.answer()
    call.presses("*")
    call.hears("It was completed")


def test_the_second_leg_tells_its_own_progress(exchange, carrier, product, pages):
    noun = '<Client statusCallback="/callbacks/status" statusCallbackEvent="ringing completed">a</Client>'
    pages["/voice"] = f"<Dial>{noun}</Dial><Hangup/>"
    device = exchange.device("client:a")
    call = exchange.dial(CUSTOMER, HOTLINE)
    device.reject()
    assert call.ends() == "completed"
    exchange.run_until_idle()
    assert product.statuses() == ["ringing", "busy"]
    sent = product.sent("/callbacks/status")[-1]
    assert (sent["ParentCallSid"], sent["Direction"], sent["SipResponseCode"]) == (call.sid, "outbound-dial", "603")
    _, resource = carrier.rest("GET", f"Calls/{sent['CallSid']}.json")
    assert resource["parent_call_sid"] == call.sid


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<Dial action='/after'><Number>83366857</Number></Dial>", 13224),
        (f"<Dial action='/after' callerId='+8613811112222'><Number>{OUTSIDE}</Number></Dial>", 13214),
        ("<Dial action='/after'><Sip>agent</Sip></Dial>", 13253),
    ],
)
def test_what_cannot_be_dialled_fails_loudly(exchange, pages, content, code):
    pages["/voice"] = content
    exchange.dial(CUSTOMER, HOTLINE).hears("It was failed")
    assert [error.code for error in exchange.errors] == [code]


def test_a_sip_phone_can_be_dialled(exchange, pages):
    pages["/voice"] = "<Dial><Sip>sip:agent@pbx.test;transport=tls</Sip></Dial>"
    phone = exchange.device("sip:agent@pbx.test")
    call = exchange.dial(CUSTOMER, HOTLINE)
    phone.answer()
    assert call.talks_with == ["sip:agent@pbx.test;transport=tls"]
