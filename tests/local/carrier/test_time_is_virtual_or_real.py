import io
import threading
import wave

import pytest
from product_under_call import CUSTOMER, HOME, HOTLINE, Carrier, settings

from local.carrier.exchange import Exchange
from local.carrier.messages import Response
from local.carrier.scheduling import NeverIdleError, VirtualTime, WallTime

XML = {"Content-Type": "text/xml"}


@pytest.fixture
def wall():
    time = WallTime()
    yield time
    time.close()


def test_virtual_time_runs_what_is_due_in_order():
    time, done = VirtualTime(start=0), []
    time.after(2, lambda: done.append("second"))
    time.after(1, lambda: done.append("first"))
    time.after(1, lambda: done.append("then"))
    time.after(1.5, lambda: done.append("never")).cancel()
    time.advance(2)
    assert (done, time.now) == (["first", "then", "second"], 2)


def test_waiting_in_vain_takes_its_time():
    time = VirtualTime(start=0)
    assert time.run_until(lambda: False, within=5) is False
    assert time.now == 5


def test_a_caller_in_a_waiting_loop_is_never_idle(exchange, product):
    product.pages = {"/voice": "<Play>/music.wav</Play><Redirect>/voice</Redirect>"}
    exchange.dial(CUSTOMER, HOTLINE)
    with pytest.raises(NeverIdleError, match="still busy"):
        exchange.run_until_idle(within=600)


def test_music_without_end_does_not_outlive_the_call(exchange, product):
    product.pages = {"/voice": '<Gather numDigits="1"><Play loop="0">/music.wav</Play></Gather>'}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("music")
    start = exchange.time.now
    call.hang_up()
    exchange.run_until_idle()
    assert exchange.time.now - start < 1


def test_hold_music_without_end_is_noted_once(exchange, carrier, product):
    product.pages = {
        "/voice": '<Dial><Conference participantLabel="a">c</Conference></Dial>',
        "/hold": '<Play loop="0">/cello.mp3</Play>',
    }
    call = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    (room,) = carrier.rest("GET", "Conferences.json")[1]["conferences"]
    path = f"Conferences/{room['sid']}/Participants/a.json"
    carrier.rest("POST", path, Hold="true", HoldUrl=f"{HOME}/hold")
    exchange.run_until_idle(within=60)
    assert [entry.text for entry in call.transcript].count(f"{HOME}/cello.mp3") == 1


def test_real_time_cannot_be_moved(product, wall):
    with pytest.raises(TypeError, match="only virtual time"):
        Exchange(settings(), product, wall).advance(1)


def test_in_real_time_different_calls_are_served_side_by_side(wall):
    together = threading.Barrier(2, timeout=10)

    def product(request):
        if request.path == "/voice":
            together.wait()
        return Response(200, XML, b"<Response><Say>Hello</Say></Response>")

    exchange = Exchange(settings(speed=50), product, wall)
    calls = [exchange.dial(number, HOTLINE) for number in (CUSTOMER, "83366858")]
    for call in calls:
        call.hears("Hello", within=10)
        assert call.ends(within=10) == "completed"
    assert exchange.errors == []


def test_in_real_time_the_product_may_ask_the_carrier_while_it_answers(wall):
    answers = []

    def product(request):
        if request.path == "/voice":
            answers.append(carrier.rest("POST", "Calls.json", From=HOTLINE, To="client:a", Twiml="<Response/>")[0])
        return Response(200, XML, b"<Response><Say>Hello</Say></Response>")

    exchange = Exchange(settings(speed=50), product, wall)
    carrier = Carrier(exchange)
    exchange.dial(CUSTOMER, HOTLINE).hears("Hello", within=10)
    assert answers == [201]


def test_in_real_time_the_callbacks_of_one_call_stay_in_order(wall):
    seen, done = [], threading.Event()

    def product(request):
        status = dict(request.form())["CallStatus"]
        threading.Event().wait(0.05 if status == "initiated" else 0)
        seen.append(status)
        if status == "busy":
            done.set()
        return Response(204)

    exchange = Exchange(settings(), product, wall)
    exchange.device("client:a", "busy")
    events = ["initiated", "ringing", "answered", "completed"]
    fields = {"StatusCallback": f"{HOME}/status", "StatusCallbackEvent": events, "Twiml": "<Response/>"}
    Carrier(exchange).rest("POST", "Calls.json", From=HOTLINE, To="client:a", **fields)
    assert done.wait(10)
    assert seen == ["initiated", "busy"]


def test_a_mistake_in_one_action_does_not_stop_the_clock(wall, capsys):
    done = threading.Event()
    wall.after(0, lambda: {}["nothing"])
    wall.after(0.01, done.set)
    assert done.wait(5)
    assert "KeyError" in capsys.readouterr().err


def test_a_played_file_lasts_as_long_as_its_header_says(product):
    content = io.BytesIO()
    with wave.open(content, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(2 * 8000 * 3))
    product.pages = {
        "/voice": "<Play>/tune.wav</Play><Play>/gone.wav</Play><Say>After</Say>",
        "/tune.wav": lambda _sent: Response(200, {"Content-Type": "audio/x-wav"}, content.getvalue()),
    }
    exchange = Exchange(settings(fetch_media=True), product)
    call = exchange.dial(CUSTOMER, HOTLINE)
    start = call.hears("tune").at
    assert call.hears("After").at - start == pytest.approx(3)
    assert [error.code for error in exchange.errors] == [11200]
