import pytest
from product_under_call import CUSTOMER, HOTLINE, room, settings

from local.carrier.exchange import Exchange
from local.carrier.faults import RestFault, WebhookFault
from local.carrier.messages import Response
from local.carrier.rest.service import NoAnswerError

AGENT = "client:agent_100"


def test_a_webhook_that_failed_is_tried_once_more_with_the_same_token(exchange, product):
    answers = iter([Response(503), Response(200, {"Content-Type": "text/xml"}, b"<Response><Say>Hi</Say></Response>")])
    product.pages = {"/voice": lambda _sent: next(answers)}
    exchange.dial(CUSTOMER, HOTLINE).hears("Hi")
    first, second = product.received[:2]
    assert (first.token, first.fields) == (second.token, second.fields)
    assert exchange.errors == []


def test_a_product_that_does_not_answer_twice_loses_the_call(exchange, product):
    def unreachable(_sent):
        raise ConnectionRefusedError("nobody listens")

    product.pages = {"/voice": unreachable}
    call = exchange.dial(CUSTOMER, HOTLINE)
    call.hears("application error")
    assert call.ends() == "completed"
    assert len(product.sent("/voice")) == 2
    assert [error.code for error in exchange.errors] == [11200]


def test_a_refusal_is_not_tried_again(exchange, product):
    product.pages = {"/voice": lambda _sent: Response(403)}
    exchange.dial(CUSTOMER, HOTLINE).ends()
    exchange.run_until_idle()
    assert [item.path for item in product.received] == ["/voice", "/callbacks/number"]


def test_a_failing_callback_is_an_error_but_the_call_goes_on(exchange, product):
    product.pages = {"/voice": room(), "/callbacks/room": lambda _sent: Response(500)}
    call = exchange.dial(CUSTOMER, HOTLINE)
    exchange.advance(1)
    assert call.state == "in-progress"
    assert [error.code for error in exchange.errors] == [11200]


def test_a_doubled_webhook_carries_one_token(exchange, product):
    product.pages = {"/voice": "<Say>Hi</Say>"}
    exchange.faults.on_webhook(WebhookFault("voice", double=True))
    exchange.dial(CUSTOMER, HOTLINE).hears("Hi")
    assert [item.token for item in product.received[:2]] == [product.received[0].token] * 2
    assert exchange.errors == []


def test_two_different_answers_to_one_doubled_webhook_are_an_error(exchange, product):
    numbers = iter("12")
    product.pages = {"/voice": lambda _sent: f"<Say>{next(numbers)}</Say>"}
    exchange.faults.on_webhook(WebhookFault("voice", double=True))
    exchange.dial(CUSTOMER, HOTLINE).hears("2")
    assert "two different answers" in exchange.errors[0].message


def test_a_delayed_callback_comes_later(exchange, product):
    product.pages = {"/voice": "<Hangup/>"}
    exchange.faults.on_webhook(WebhookFault("status", delay=20))
    exchange.dial(CUSTOMER, HOTLINE).ends()
    exchange.advance(19)
    assert product.sent("/callbacks/number") == []
    exchange.advance(2)
    assert len(product.sent("/callbacks/number")) == 1


def test_a_reordered_callback_changes_places_with_the_next(exchange, carrier, product):
    exchange.device(AGENT, "auto")
    exchange.faults.on_webhook(WebhookFault("status", match={"CallStatus": "in-progress"}, reorder=True))
    carrier.add("call-1", AGENT)
    exchange.advance(2)
    exchange.device(AGENT).hang_up()
    exchange.run_until_idle()
    assert product.statuses() == ["initiated", "ringing", "completed", "in-progress"]


def test_a_callback_with_nobody_to_change_places_with_goes_alone(exchange, product):
    product.pages = {"/voice": "<Hangup/>"}
    exchange.faults.on_webhook(WebhookFault("status", reorder=True))
    exchange.dial(CUSTOMER, HOTLINE).ends()
    exchange.run_until_idle()
    assert len(product.sent("/callbacks/number")) == 1


def test_a_lost_callback_never_comes_and_the_rule_is_used_up(exchange, product):
    product.pages = {"/voice": "<Hangup/>"}
    exchange.faults.on_webhook(WebhookFault("status", lose=True))
    for _ in range(2):
        exchange.dial(CUSTOMER, HOTLINE).ends()
    exchange.run_until_idle()
    assert len(product.sent("/callbacks/number")) == 1


def test_a_lost_question_is_asked_again(exchange, product):
    product.pages = {"/voice": "<Say>Hi</Say>"}
    exchange.faults.on_webhook(WebhookFault("voice", lose=True))
    exchange.dial(CUSTOMER, HOTLINE).hears("Hi")
    assert len(product.sent("/voice")) == 1


def test_too_many_requests_change_nothing(exchange, carrier):
    exchange.faults.too_many_requests("POST Conferences/*")
    assert carrier.add("call-1", AGENT)[0] == 429
    assert exchange.switchboard.calls == {}
    assert carrier.add("call-1", AGENT)[0] == 201


@pytest.mark.parametrize(("effect", "calls"), [("fail-before", 0), ("fail-after", 1)])
def test_a_failed_request_may_have_been_carried_out_all_the_same(exchange, carrier, effect, calls):
    exchange.faults.on_rest(RestFault("POST Conferences/*/Participants", effect))
    status, refusal = carrier.add("call-1", AGENT)
    assert (status, refusal["code"]) == (500, 20500)
    assert len(exchange.switchboard.calls) == calls


@pytest.mark.parametrize(("effect", "calls"), [("drop-before", 0), ("drop-after", 1)])
def test_a_dropped_connection_leaves_the_product_guessing(exchange, carrier, effect, calls):
    exchange.faults.on_rest(RestFault("*", effect))
    with pytest.raises(NoAnswerError):
        carrier.add("call-1", AGENT)
    assert len(exchange.switchboard.calls) == calls


def test_callbacks_may_come_before_the_rest_answer(exchange, carrier, product):
    exchange.device(AGENT, "auto")
    exchange.faults.on_rest(RestFault("POST *", "late", seconds=3))
    status, _ = carrier.add("call-1", AGENT)
    assert status == 201
    assert product.statuses() == ["initiated", "ringing", "in-progress"]
    assert product.events() == ["participant-join"]


def test_a_late_rest_answer_inside_a_webhook_lets_other_calls_go_on(exchange, carrier, product):
    def answer(sent):
        if sent["From"] == CUSTOMER:
            carrier.add("call-1", AGENT)
        return "<Say>Hi</Say>"

    product.pages = {"/voice": answer}
    exchange.device(AGENT, "auto")
    exchange.faults.on_rest(RestFault("POST *", "late", seconds=3))
    first = exchange.dial(CUSTOMER, HOTLINE)
    second = exchange.dial("83366858", HOTLINE)
    first.hears("Hi")
    assert second.hears("Hi").at < first.transcript[-1].at


def test_the_same_seed_gives_the_same_ids(product):
    sids = {Exchange(settings(), product, seed=7).dial(CUSTOMER, HOTLINE).sid for _ in range(2)}
    assert len(sids) == 1
