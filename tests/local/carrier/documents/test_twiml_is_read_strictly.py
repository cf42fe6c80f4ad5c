import pytest
from product_under_call import CUSTOMER, HOTLINE

from local.carrier.documents.twiml import TwimlError, TwimlNotEmulatedError, Verb, parse, read
from local.carrier.messages import Response

GOOD = '<?xml version="1.0" encoding="UTF-8"?><Response>{}</Response>'


@pytest.mark.parametrize(
    "content",
    [
        "<Say>Hello</Say>",
        '<Say voice="Polly.Zhiyu" language="cmn-CN">您好</Say>',
        '<Say voice="Polly.Zhiyu-Neural" language="cmn-CN">您好</Say>',
        '<Say voice="alice" language="zh-CN">您好</Say>',
        '<Say voice="Polly.Joanna">A <break time="1s"/> <say-as interpret-as="digits">12</say-as></Say>',
        '<Play loop="0">https://x.test/a.wav</Play>',
        '<Play digits="1w2"/>',
        '<Gather numDigits="1" finishOnKey=""><Say>One</Say><Pause length="1"/><Play>a.wav</Play></Gather>',
        '<Redirect method="POST">/next</Redirect>',
        '<Reject reason="busy"/>',
        '<Dial hangupOnStar="true"><Conference beep="false" record="record-from-start">call-1</Conference></Dial>',
        "<Hangup/>",
    ],
)
def test_what_the_product_says_is_understood(content):
    assert isinstance(parse(GOOD.format(content))[0], Verb)


@pytest.mark.parametrize(
    ("content", "code", "complaint"),
    [
        ("<Shout>Hello</Shout>", 12200, "not a verb"),
        ("<say>Hello</say>", 12200, "not a verb"),
        ('<Say speed="2">Hello</Say>', 12200, "no attribute 'speed'"),
        ('<Say loop="x">Hello</Say>', 13510, "loop='x'"),
        ('<Say voice="Polly.Zhiyu" language="en-US">Hello</Say>', 13512, "does not speak"),
        ('<Say voice="Polly.Joanna" language="cmn-CN">您好</Say>', 13512, "does not speak"),
        ('<Say voice="Polly.Nobody">Hello</Say>', 13511, "no voice"),
        ('<Say voice="Polly.Ruth">Hello</Say>', 13511, "no voice"),
        ('<Say language="xx-XX">Hello</Say>', 13512, "does not speak"),
        ("<Say> </Say>", 13520, "needs text"),
        (f"<Say>{'x' * 4097}</Say>", 13521, "at most 4096"),
        ("<Dial><Say>x</Say></Dial>", 13215, "may not stand in <Dial>"),
        ("<Say><bold>Hello</bold></Say>", 12200, "speech markup"),
        ("<Play/>", 12200, "either an address or digits"),
        ('<Play digits="hello"/>', 13430, "digits='hello'"),
        ('<Gather numDigits="0"/>', 13314, "numDigits='0'"),
        ('<Gather finishOnKey="##"/>', 13310, "finishOnKey='##'"),
        ('<Gather input="video"/>', 13326, "input='video'"),
        ("<Gather><Hangup/></Gather>", 13320, "may not stand in <Gather>"),
        ("<Gather>Press one</Gather>", 12200, "may not contain text"),
        ("<Redirect></Redirect>", 12200, "cannot go to"),
        ('<Reject reason="grumpy"/>', 12200, "reason='grumpy'"),
        ("<Dial/>", 12200, "needs a number"),
        ("<Dial>+8613800000000<Client>a</Client></Dial>", 12200, "not both"),
        ("<Dial><Client>a</Client>+8613800000000</Dial>", 12200, "not both"),
        ("<Dial><Conference>a</Conference><Client>a</Client></Dial>", 12200, "needs a number"),
        ("<Dial><Conference>a</Conference><Conference>b</Conference></Dial>", 12200, "needs a number"),
        (f"<Dial>{'<Client>a</Client>' * 11}</Dial>", 12200, "1 to 10"),
        ('<Dial answerOnBridge="yes"><Client>a</Client></Dial>', 13219, "answerOnBridge='yes'"),
        ('<Dial record="loud"><Client>a</Client></Dial>', 13217, "record='loud'"),
        ('<Dial><Number sendDigits="hello">+1</Number></Dial>', 13222, "sendDigits='hello'"),
        ('<Dial><Client sendDigits="1">a</Client></Dial>', 12200, "no attribute 'sendDigits'"),
        ('<Say><break speed="2"/>Hello</Say>', 12200, "no attribute 'speed'"),
        ("<Say><p><p>Hello</p></p></Say>", 12200, "speech markup"),
        ("<Dial><Conference></Conference></Dial>", 13237, "needs a name"),
        ('<Dial><Conference beep="loud">a</Conference></Dial>', 13235, "beep='loud'"),
        ('<Dial><Conference participantLabel="a/b">a</Conference></Dial>', 16023, "label"),
        ('<Dial><Conference statusCallbackEvent="join party">a</Conference></Dial>', 12200, "statusCallbackEvent"),
        ('<Pause length="-1"/>', 13910, "length='-1'"),
    ],
)
def test_what_twilio_would_not_carry_out_is_refused_with_its_number(content, code, complaint):
    with pytest.raises(TwimlError, match=complaint) as refusal:
        parse(GOOD.format(content))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<Enqueue>sales</Enqueue>", "<Enqueue>"),
        ("<Record/>", "<Record>"),
        ("<Dial><Queue>sales</Queue></Dial>", "<Queue> in <Dial>"),
        ("<Dial><Client><Identity>a</Identity></Client></Dial>", "<Identity> in <Client>"),
        ('<Dial record="record-from-answer">+8613800000000</Dial>', "<Dial record='record-from-answer'>"),
        ('<Dial referUrl="/refer">+8613800000000</Dial>', "<Dial referUrl>"),
        ('<Dial answerOnBridge="true"><Conference>a</Conference></Dial>', "<Dial answerOnBridge='true'>"),
        ('<Dial><Number url="/screen">+8613800000000</Number></Dial>', "<Number url>"),
        ('<Dial><Sip username="u" password="p">sip:a@pbx.test</Sip></Dial>', "<Sip username>"),
        ('<Dial><Conference trim="trim-silence">a</Conference></Dial>', "<Conference trim='trim-silence'>"),
        ('<Dial><Conference region="ie1">a</Conference></Dial>', "<Conference region='ie1'>"),
        (
            '<Dial><Conference statusCallbackEvent="join speaker">a</Conference></Dial>',
            "<Conference statusCallbackEvent",
        ),
        ('<Dial action="https://me:secret@product.test/"><Client>a</Client></Dial>', "<Dial action="),
        ('<Gather enhanced="true"/>', "<Gather enhanced>"),
        ('<Say voice="Google.en-US-Chirp3-HD-Aoede">Hello</Say>', "the voice 'Google.en-US-Chirp3-HD-Aoede'"),
        ('<Say voice="Polly.Joanna-Generative">Hello</Say>', "the voice 'Polly.Joanna-Generative'"),
        ('<Say language="th-TH">Hello</Say>', "the language 'th-TH'"),
    ],
)
def test_what_is_right_for_twilio_but_not_emulated_is_told_by_its_name(content, what):
    with pytest.raises(TwimlNotEmulatedError, match="right for Twilio") as refusal:
        parse(GOOD.format(content))
    assert refusal.value.code == 501
    assert refusal.value.what.startswith(what)


@pytest.mark.parametrize(
    ("voice", "language"),
    [
        ("Polly.Mathieu", "fr-FR"),
        ("Polly.Léa", "fr-FR"),
        ("Polly.Lea-Neural", "fr-FR"),
        ("Polly.Vitória-Neural", "pt-BR"),
        ("Polly.Aditi", "hi-IN"),
        ("Polly.Hiujin-Neural", "yue-CN"),
        ("", "cmn-CN"),
        ("", "tr-TR"),
    ],
)
def test_every_voice_of_pollys_may_speak_its_language(voice, language):
    named = f'voice="{voice}"' if voice else ""
    assert parse(GOOD.format(f'<Say {named} language="{language}">Bonjour</Say>'))


def test_a_bare_number_is_a_number():
    (dial,) = parse(GOOD.format("<Dial>+8613800000000</Dial>"))
    assert dial.children == (Verb("Number", text="+8613800000000"),)


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (Response(200, {"Content-Type": "text/xml"}, b"<Response><Say>"), 12100),
        (Response(200, {"Content-Type": "text/xml"}, b"<Answer/>"), 12102),
        (Response(200, {"Content-Type": "text/xml"}, b""), 12100),
        (Response(200, {"Content-Type": "application/json"}, b"{}"), 12300),
        (Response(200, {}, b"<Response/>"), 12300),
        (Response(200, {"Content-Type": "text/xml"}, b"<Response><Record/></Response>"), 501),
        (Response(404, {}, b""), 11200),
        (Response(200, {"Content-Type": "text/xml"}, b"<Response>" + b" " * 65536 + b"</Response>"), 11750),
    ],
)
def test_a_bad_document_is_an_error_and_the_caller_hears_an_apology(exchange, product, response, code):
    product.pages = {"/voice": lambda _sent: response}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("application error")
    assert call.ends() == "completed"
    assert [error.code for error in exchange.errors] == [code]


def test_speech_marked_up_thousands_deep_is_read():
    deep = "<lang>" * 4000 + "Hello" + "</lang>" * 4000
    assert parse(GOOD.format(f"<Say>{deep}</Say>"))[0].text == "Hello"


def test_sixty_four_kilobytes_are_still_read():
    padding = " " * (65536 - len("<Response></Response>"))
    assert read(f"<Response>{padding}</Response>".encode(), "application/xml") == ()
