"""Whoever is connected to a server of the laptop when it ends hears of it, wherever they stood."""

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from local.serving import Server

pytestmark = pytest.mark.enable_socket

HOST = "127.0.0.1"
PATIENCE_SECONDS = 10
MORE_THAN_THE_SYSTEM_TAKES = 32 * 1024 * 1024


def rings_off(caller):
    """Whether there is an end to what the caller hears."""
    try:
        while caller.recv(1024 * 1024):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


@asynccontextmanager
async def connected(server):
    """A caller at a server that listens; connected by the system, and not yet noticed by the loop."""
    port = await server.listen(HOST, 0)
    with socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS) as caller:
        yield caller


@pytest.mark.parametrize("rounds", range(8))
def test_a_caller_hears_that_the_server_ends_in_whatever_round_of_the_loop_they_stand(rounds):
    async def story():
        server = Server(web.Application(), shutdown_seconds=1)
        async with connected(server) as caller:
            for _ in range(rounds):
                await asyncio.sleep(0)
            await server.end()
            assert rings_off(caller)

    asyncio.run(story())


def test_who_reads_nothing_of_what_they_are_sent_is_cut_off_when_the_server_ends():
    sending = asyncio.Event()

    async def send(_):
        sending.set()
        return web.Response(body=bytes(MORE_THAN_THE_SYSTEM_TAKES))

    async def story():
        application = web.Application()
        application.router.add_get("/", send)
        server = Server(application, shutdown_seconds=0.01)
        async with connected(server) as caller:
            caller.sendall(b"GET / HTTP/1.1\r\nHost: laptop\r\n\r\n")
            await sending.wait()
            await server.end()
            assert rings_off(caller)

    asyncio.run(story())


def test_a_request_in_progress_is_answered_before_the_server_has_ended():
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def answer(_):
        asked.set()
        await may_answer.wait()
        return web.Response(text="answered")

    async def goes_on(_):
        may_answer.set()

    async def story():
        application = web.Application()
        application.on_shutdown.append(goes_on)
        application.router.add_get("/", answer)
        server = Server(application, shutdown_seconds=PATIENCE_SECONDS)
        async with connected(server) as caller:
            caller.sendall(b"GET / HTTP/1.1\r\nHost: laptop\r\n\r\n")
            await asked.wait()
            await server.end()
            assert caller.makefile("rb").read().endswith(b"answered")

    asyncio.run(story())


def test_where_a_server_has_ended_another_listens_at_once():
    async def story():
        first, second = (Server(web.Application(), shutdown_seconds=1) for _ in range(2))
        async with connected(first) as caller:
            port = caller.getpeername()[1]
            await first.end()
            assert await second.listen(HOST, port) == port
            await second.end()

    asyncio.run(story())


def test_a_server_that_could_not_listen_can_be_ended_nevertheless():
    async def story():
        first, second = (Server(web.Application(), shutdown_seconds=1) for _ in range(2))
        port = await first.listen(HOST, 0)
        with pytest.raises(OSError, match="address already in use"):
            await second.listen(HOST, port)
        for server in (second, first):
            await server.end()

    asyncio.run(story())
