import re

import pytest
from product_under_call import CUSTOMER, HOME, HOTLINE, room

from local.carrier.handle import NotHeardError
from local.carrier.messages import Response

MENU = '<Gather action="/menu" numDigits="1" timeout="3"><Say>Press one</Say></Gather><Say>Nothing</Say>'


def test_a_caller_hears_the_menu_presses_a_key_and_hears_the_answer(exchange, product):
    product.pages = {"/voice": MENU, "/menu": lambda sent: f"<Say>You chose {sent['Digits']}</Say><Hangup/>"}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("Press one")
    call.presses("1")
    call.hears(re.compile(r"chose \d"))
    assert call.ends() == "completed"
    assert exchange.errors == []


def test_the_first_webhook_says_who_calls_whom_and_is_genuine(exchange, product):
    product.pages = {"/voice": "<Hangup/>"}
    call = exchange.dial(CUSTOMER, HOTLINE, {"CallerName": "Li Hua"})
    call.ends()
    first = product.received[0]
    assert first.genuine
    assert first.token
    assert first.fields | {"CallToken": ""} == {
        "AccountSid": "AC" + "0" * 32,
        "ApiVersion": "2010-04-01",
        "CallSid": call.sid,
        "CallStatus": "ringing",
        "CallToken": "",
        "CallerName": "Li Hua",
        "Called": HOTLINE,
        "Caller": CUSTOMER,
        "Direction": "inbound",
        "From": CUSTOMER,
        "To": HOTLINE,
    }


def test_the_number_hears_of_the_end_with_the_length_of_the_call(exchange, product):
    product.pages = {"/voice": '<Pause length="1"/><Say>Hello</Say><Pause length="9"/>'}
    exchange.dial(CUSTOMER, HOTLINE).ends()
    exchange.run_until_idle()
    (ending,) = product.sent("/callbacks/number")
    assert (ending["CallStatus"], ending["CallDuration"], ending["SipResponseCode"]) == ("completed", "9", "200")


def test_a_pause_as_the_first_verb_rings_on(exchange, product):
    product.pages = {"/voice": '<Pause length="4"/><Say>Hello</Say>'}
    call = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(3)
    assert call.state == "ringing"
    exchange.advance(1.1)
    assert call.state == "in-progress"


@pytest.mark.parametrize(("attribute", "status"), [('reason="busy"', "busy"), ("", "no-answer")])
def test_a_rejected_call_is_never_answered(exchange, product, attribute, status):
    product.pages = {"/voice": f"<Reject {attribute}/>"}
    call = exchange.dial(CUSTOMER, HOTLINE)
    assert call.ends() == status
    exchange.run_until_idle()
    assert product.sent("/callbacks/number")[0]["CallDuration"] == "0"


def test_when_nothing_is_entered_the_next_verb_speaks(exchange, product):
    product.pages = {"/voice": MENU}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("Nothing", within=10)
    assert product.sent("/menu") == []


def test_an_empty_result_is_reported_when_it_was_asked_for(exchange, product):
    product.pages = {
        "/voice": '<Gather action="/menu" timeout="3" actionOnEmptyResult="true"/>',
        "/menu": "<Say>Empty</Say>",
    }
    exchange.dial(CUSTOMER, HOTLINE).hears("Empty")
    assert product.sent("/menu")[0]["Digits"] == ""


@pytest.mark.parametrize(
    ("attributes", "keys", "digits", "finished"),
    [
        ('numDigits="4"', "12345", "1234", None),
        ("", "12#", "12", "#"),
        ("", "#", "", "#"),
        ('finishOnKey="*"', "1#2*", "1#2", "*"),
        ('finishOnKey="" numDigits="3"', "1#2", "1#2", None),
        ('timeout="1"', "77", "77", None),
    ],
)
def test_keys_are_gathered_by_count_by_finishing_key_and_by_silence(
    exchange, product, attributes, keys, digits, finished
):
    product.pages = {"/voice": f'<Gather action="/menu" {attributes}><Say>Number</Say></Gather>', "/menu": "<Hangup/>"}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("Number")
    call.presses(keys)
    call.ends()
    (sent,) = product.sent("/menu")
    assert (sent["Digits"], sent.get("FinishedOnKey")) == (digits, finished)


def test_a_key_cuts_the_prompt_short_unless_barge_in_is_off(exchange, product):
    long = "word " * 60
    product.pages = {
        "/voice": f'<Gather action="/menu" numDigits="1"><Say>{long}</Say></Gather>',
        "/menu": f'<Gather action="/end" numDigits="1" bargeIn="false"><Say>{long}</Say></Gather><Say>Late</Say>',
    }
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("word")
    call.presses("1")
    assert len(product.sent("/menu")) == 1
    call.presses("1")
    call.hears("Late", within=40)
    assert product.sent("/end") == []


def test_a_key_that_nobody_listens_to_is_lost_and_said_so(exchange, product):
    product.pages = {"/voice": "<Say>Wait</Say><Gather action='/menu' numDigits='1'/><Hangup/>"}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("Wait")
    call.presses("1", between=0)
    assert call.transcript[-1].text == "nobody listens to the key 1"
    call.ends()
    assert product.sent("/menu") == []


def test_spoken_words_are_gathered_too(exchange, product):
    product.pages = {"/voice": '<Gather input="dtmf speech" action="/menu"/>', "/menu": "<Hangup/>"}
    call = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(0)
    call.says("my parcel")
    assert product.sent("/menu")[0]["SpeechResult"] == "my parcel"


def test_addresses_are_read_relative_to_the_document(exchange, product):
    exchange.number(HOTLINE, f"{HOME}/flows/main/start")
    product.pages = {
        "/flows/main/start": "<Redirect>step</Redirect>",
        "/flows/main/step": "<Play>/sounds/music.wav</Play>",
    }
    exchange.dial(CUSTOMER, HOTLINE).hears(f"{HOME}/sounds/music.wav")


def test_chinese_takes_longer_to_say_than_english(exchange, product):
    product.pages = {
        "/voice": '<Say voice="Polly.Zhiyu" language="cmn-CN">您的运单已经到达深圳</Say>'
        "<Say>thank you!</Say><Say>x</Say>"
    }
    call = exchange.dial(CUSTOMER, HOTLINE)
    start = call.hears("运单").at
    middle = call.hears("thank").at
    end = call.hears("x").at
    assert middle - start == pytest.approx(2.0)
    assert end - middle == pytest.approx(10 / 12)


def test_redirecting_in_circles_is_stopped(exchange, product):
    product.pages = {"/voice": "<Redirect>/voice</Redirect>"}
    assert exchange.dial(CUSTOMER, HOTLINE).ends() == "completed"
    assert "without end" in exchange.errors[0].message


def test_a_waiting_loop_goes_round_until_the_caller_hangs_up(exchange, product):
    product.pages = {"/voice": "<Play>/music.wav</Play><Redirect>/voice</Redirect>"}
    call = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(60)
    assert len(product.sent("/voice")) == 13
    call.hang_up()
    exchange.run_until_idle()
    assert product.sent("/callbacks/number")[0]["CallDuration"] == "60"


def test_a_caller_who_gives_up_before_the_answer_was_not_answered(exchange, product):
    product.pages = {"/voice": '<Pause length="9"/>'}
    call = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(2)
    call.hang_up()
    assert call.state == "no-answer"


def test_the_product_may_redirect_the_call_while_it_still_answers_the_webhook(exchange, carrier, product):
    def answer(sent):
        status, _ = carrier.rest("POST", f"Calls/{sent['CallSid']}.json", Twiml="<Response><Say>New</Say></Response>")
        assert status == 200
        return "<Say>Old</Say>"

    product.pages = {"/voice": "<Say>Hi</Say><Redirect>/step</Redirect>", "/step": answer}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("New")
    with pytest.raises(NotHeardError):
        call.hears("Old", within=5)


def test_what_was_not_heard_is_told_with_all_that_was(exchange, product):
    product.pages = {"/voice": "<Say>Hello</Say>"}
    with pytest.raises(NotHeardError, match="hears: Hello"):
        exchange.dial(CUSTOMER, HOTLINE).hears("Goodbye", within=1)


def test_the_end_of_the_document_hangs_up(exchange, product):
    product.pages["/voice"] = lambda _sent: Response(200, {"Content-Type": "text/xml"}, b"<Response/>")
    assert exchange.dial(CUSTOMER, HOTLINE).ends() == "completed"


def test_the_fallback_address_is_asked_when_the_instructions_cannot_be_had(exchange, carrier, product):
    product.pages = {"/fallback": lambda sent: f"<Say>Trouble {sent['ErrorCode']}</Say>"}
    exchange.device("client:agent_100", "auto")
    fields = {"From": HOTLINE, "To": "client:agent_100", "Url": f"{HOME}/none", "FallbackUrl": f"{HOME}/fallback"}
    status, resource = carrier.rest("POST", "Calls.json", **fields)
    assert status == 201
    exchange.handle(exchange.call(resource["sid"])).hears("Trouble 11200")


def test_an_early_joiner_hears_the_music_that_was_asked_for(exchange, product):
    product.pages = {"/voice": room(attributes='waitUrl="/music"'), "/music": "<Play>/cello.mp3</Play>"}
    exchange.dial(CUSTOMER, HOTLINE).hears("cello")
