import time

import aiohttp
import pytest

from local.business.misbehaviour import HUGE_BYTES

pytestmark = pytest.mark.enable_socket

WAYBILL = "/api/waybills/6012345678"


def ask_while(mode, **more):
    async def scenario(company):
        assert await company.posts("/demo/misbehave", {"mode": mode, **more}) == (200, {"mode": mode})
        headers = {"Authorization": "Bearer plugin-key"}
        async with company.client.get(WAYBILL, headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.content_type, await answer.read(), answer.headers.get("Location")

    return scenario


def test_a_service_with_an_error_answers_500(freight):
    assert freight(ask_while("error500"))[0] == 500


def test_a_service_behind_a_broken_proxy_answers_with_a_page(freight):
    status, kind, body, _ = freight(ask_while("html"))
    assert (status, kind, body[:6]) == (200, "text/html", b"<html>")


def test_a_huge_answer_is_ten_megabytes(freight):
    status, kind, body, _ = freight(ask_while("huge"))
    assert (status, kind) == (200, "application/json")
    assert len(body) > HUGE_BYTES


def test_a_redirect_leads_to_a_trap_on_loopback(freight):
    async def scenario(company):
        status, _, _, location = await ask_while("redirect")(company)
        async with company.client.get(WAYBILL, headers={"Authorization": "Bearer plugin-key"}) as followed:
            return status, location, await followed.json()

    status, location, trapped = freight(scenario)
    assert status == 302
    assert location.startswith("http://127.0.0.1:")
    assert trapped["destination"] == "Trap Town"


def test_a_wrong_answer_is_json_of_another_shape(freight):
    status, kind, body, _ = freight(ask_while("wrong"))
    assert (status, kind) == (200, "application/json")
    assert b'"found": "perhaps"' in body


def test_a_service_that_is_down_hangs_up(freight):
    with pytest.raises(aiohttp.ClientConnectionError):
        freight(ask_while("down"))


def test_a_slow_service_answers_rightly_in_the_end(freight):
    async def scenario(company):
        before = time.monotonic()
        status, _, body, _ = await ask_while("slow", seconds=0.2)(company)
        return status, b'"found": true' in body, time.monotonic() - before >= 0.2

    assert freight(scenario) == (200, True, True)


def test_the_service_recovers_when_misbehaviour_is_switched_off(freight):
    async def scenario(company):
        await ask_while("error500")(company)
        return await ask_while("off")(company)

    assert freight(scenario)[0] == 200


@pytest.mark.parametrize(
    "body",
    [{"mode": "rude"}, {}, {"mode": "slow", "seconds": 3600}, {"mode": "slow", "seconds": "long"}, ["slow"]],
)
def test_a_misbehaviour_nobody_knows_is_refused(freight, body):
    async def scenario(company):
        return await company.posts("/demo/misbehave", body)

    assert freight(scenario)[0] == 400
