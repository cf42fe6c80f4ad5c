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
        ("<Dial action='/after'><Sip>agent</Sip></Dial>", 13243),
    ],
)
def test_what_cannot_be_dialled_fails_loudly(exchange, pages, content, code):
    pages["/voice"] = content
    exchange.dial(CUSTOMER, HOTLINE).hears("It was failed")
    assert [error.code for error in exchange.errors] == [code]


def test_a_bare_number_can_be_dialled(exchange, pages):
    pages["/voice"] = f'<Dial callerId="{HOTLINE}">{OUTSIDE}</Dial>'
    outside = exchange.device(OUTSIDE)
    call = exchange.dial(CUSTOMER, HOTLINE)
    outside.answer()
    assert call.talks_with == [OUTSIDE]


def test_a_caller_is_answered_by_whom_he_is_put_through_to(exchange, product, pages):
    pages["/voice"] = DIAL.replace("<Dial ", '<Dial answerOnBridge="true" ')
    outside = exchange.device(OUTSIDE)
    call = exchange.dial(CUSTOMER, HOTLINE)
    outside.rings()
    exchange.advance(10)
    assert call.state == "ringing"
    outside.answer()
    assert (call.state, call.talks_with) == ("in-progress", [OUTSIDE])
    exchange.advance(7)
    call.hang_up()
    exchange.run_until_idle()
    assert product.sent("/callbacks/number")[0]["CallDuration"] == "7"


def test_a_caller_who_was_not_put_through_is_answered_by_what_comes_next(exchange, pages):
    pages["/voice"] = DIAL.replace("<Dial ", '<Dial answerOnBridge="true" ')
    exchange.device(OUTSIDE, "busy")
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("It was busy")
    assert call.state == "in-progress"


def test_a_caller_who_gives_up_before_was_never_answered(exchange, pages):
    pages["/voice"] = DIAL.replace("<Dial ", '<Dial answerOnBridge="true" ')
    outside = exchange.device(OUTSIDE)
    call = exchange.dial(CUSTOMER, HOTLINE)
    ringing = outside.rings()
    call.hang_up()
    exchange.run_until_idle()
    assert (call.state, ringing.state) == ("no-answer", "canceled")


NOUNS = "<Client>a</Client><Client>b</Client><Client>c</Client>"


def three_devices(exchange, *modes):
    return [exchange.device(f"client:{name}", mode) for name, mode in zip("abc", modes, strict=True)]


def test_of_several_parties_the_first_to_answer_is_taken_and_the_others_are_let_go(exchange, product, pages):
    pages["/voice"] = f'<Dial action="/after">{NOUNS}</Dial>'
    devices = three_devices(exchange, "manual", "manual", "manual")
    call = exchange.dial(CUSTOMER, HOTLINE)
    ringing = [device.rings() for device in devices]
    devices[1].answer()
    assert (call.talks_with, [leg.state for leg in ringing]) == (["client:b"], ["canceled", "in-progress", "canceled"])
    ringing[1].hang_up()
    call.hears("It was completed")
    assert [sent["DialCallSid"] for sent in product.sent("/after")] == [ringing[1].sid]


def test_that_one_of_several_is_busy_does_not_end_the_ringing(exchange, pages):
    pages["/voice"] = f'<Dial action="/after">{NOUNS}</Dial>'
    devices = three_devices(exchange, "busy", "manual", "unreachable")
    call = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(5)
    devices[1].answer()
    assert call.talks_with == ["client:b"]


def test_when_nobody_of_several_answers_it_is_told_once(exchange, product, pages):
    pages["/voice"] = f'<Dial action="/after" timeout="10">{NOUNS}</Dial>'
    three_devices(exchange, "busy", "never", "never")
    exchange.dial(CUSTOMER, HOTLINE).hears("It was no-answer")
    assert len(product.sent("/after")) == 1


def test_one_after_the_other_rings_until_one_answers(exchange, product, pages):
    pages["/voice"] = f'<Dial action="/after" sequential="true" timeout="10">{NOUNS}</Dial>'
    devices = three_devices(exchange, "never", "manual", "manual")
    call = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(5)
    assert [len(device.ringing()) for device in devices] == [1, 0, 0]
    devices[1].answer()
    assert (call.talks_with, devices[2].ringing()) == (["client:b"], [])
    devices[1].hang_up()
    call.hears("It was completed")
    assert devices[2].ringing() == []


def test_who_presses_a_star_while_it_rings_is_put_through_to_nobody(exchange, pages):
    pages["/voice"] = f'<Dial action="/after" sequential="true" hangupOnStar="true">{NOUNS}</Dial>'
    devices = three_devices(exchange, "manual", "manual", "manual")
    call = exchange.dial(CUSTOMER, HOTLINE)
    devices[0].rings()
    call.presses("*")
    call.hears("It was canceled")
    assert [device.ringing() for device in devices] == [[], [], []]


def test_keys_are_sent_before_the_two_can_talk(exchange, pages):
    pages["/voice"] = f'<Dial callerId="{HOTLINE}"><Number sendDigits="ww12">{OUTSIDE}</Number></Dial>'
    outside = exchange.device(OUTSIDE)
    call = exchange.dial(CUSTOMER, HOTLINE)
    other = outside.answer()
    assert call.talks_with == []
    exchange.advance(2)
    assert call.talks_with == [OUTSIDE]
    assert "tones ww12" in [entry.text for entry in other.transcript]


def test_a_sip_phone_can_be_dialled(exchange, pages):
    pages["/voice"] = "<Dial><Sip>sip:agent@pbx.test;transport=tls</Sip></Dial>"
    phone = exchange.device("sip:agent@pbx.test")
    call = exchange.dial(CUSTOMER, HOTLINE)
    phone.answer()
    assert call.talks_with == ["sip:agent@pbx.test;transport=tls"]
