"""Another system's pages below the gateway's own origin."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local.gateway.proxy import add_proxies

pytestmark = pytest.mark.enable_socket


async def echo(request):
    told = {
        "method": request.method,
        "path": request.raw_path,
        "body": await request.text(),
        "cookie": request.headers.get("Cookie"),
        "host": request.host,
    }
    return web.json_response(told, headers={"Set-Cookie": "a=1; HttpOnly", "X-Theirs": "yes"})


async def redirect(request):
    return web.Response(status=302, headers={"Location": request.query["to"]})


async def below_gateway(scenario, *, running=True):
    system = web.Application()
    system.add_routes([web.get("/away", redirect), web.route("*", "/{rest:.*}", echo)])
    async with TestServer(system) as theirs:
        address = str(theirs.make_url("/"))
        if not running:
            await theirs.close()
        gateway = web.Application()
        add_proxies(gateway, {"/business": address})
        async with TestClient(TestServer(gateway)) as client:
            return await scenario(client)


def test_a_request_reaches_the_system_whole_its_prefix_taken_off():
    async def scenario(client):
        asked = client.post("/business/api/%E5%8D%95?q=a%26b", data="text", headers={"Cookie": "s=1"})
        async with asked as answer:
            return answer.headers, await answer.json()

    headers, told = asyncio.run(below_gateway(scenario))
    assert (told["method"], told["path"], told["body"], told["cookie"]) == (
        "POST",
        "/api/%E5%8D%95?q=a%26b",
        "text",
        "s=1",
    )
    assert (headers["Set-Cookie"], headers["X-Theirs"]) == ("a=1; HttpOnly", "yes")


@pytest.mark.parametrize(
    ("to", "seen"),
    [("/login", "/business/login"), ("login", "login"), ("//evil.example/", "//evil.example/")],
)
def test_a_redirect_is_passed_on_and_stays_below(to, seen):
    async def scenario(client):
        async with client.get("/business/away", params={"to": to}, allow_redirects=False) as answer:
            return answer.status, answer.headers["Location"]

    assert asyncio.run(below_gateway(scenario)) == (302, seen)


def test_a_system_that_is_down_is_said_to_be():
    async def scenario(client):
        async with client.get("/business/") as answer:
            return answer.status, await answer.text()

    assert asyncio.run(below_gateway(scenario, running=False)) == (502, "The business system cannot be reached.")
