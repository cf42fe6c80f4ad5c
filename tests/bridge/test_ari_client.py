"""What the bridge's client asks of an Asterisk on loopback."""

import asyncio

import pytest
from aiohttp import ClientSession, web

from icall_bridge.ari.client import CONNECTED, AriAddress, AriClient

pytestmark = pytest.mark.enable_socket


def heard(events):
    """What a client is told, and how it asked to be told, at an Asterisk that tells these."""
    asked = []

    async def tells(request):
        asked.append(dict(request.query))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for event in events:
            await socket.send_json(event)
        await socket.close()
        return socket

    async def story():
        app = web.Application()
        app.router.add_get("/ari/events", tells)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        async with ClientSession() as session:
            client = AriClient(AriAddress(f"http://{host}:{port}/ari", "icall", "secret"), session)
            told = [event["type"] async for event in client.events()]
        await runner.cleanup()
        return told

    return asyncio.run(story()), asked


def test_it_is_told_of_what_comes_into_its_application_and_of_nothing_else_so_that_nothing_is_told_twice():
    told, asked = heard([{"type": "ChannelDtmfReceived"}])
    assert told == [CONNECTED, "ChannelDtmfReceived"]
    assert asked == [{"app": "icall", "subscribeAll": "false"}]
