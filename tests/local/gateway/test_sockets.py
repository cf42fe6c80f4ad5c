"""WebSockets through the gateway into a small app, and pushes back by boto3's own client."""

import asyncio
import contextlib
import json
import time

import aiohttp
import pytest

from local.gateway.server import Gateway
from local.gateway.settings import GatewaySettings

pytestmark = pytest.mark.enable_socket


@contextlib.asynccontextmanager
async def connected(http, path="/socket", protocols=(), **options):
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(http.url + path, protocols=protocols, **options) as socket,
    ):
        yield socket


async def told(served, route_key, count=1):
    return await asyncio.to_thread(served.wait_for, route_key, count)


def test_a_sockets_life_is_told_as_connect_default_and_disconnect(serving, served):
    async def life():
        async with connected(serving(), "/socket?v=1", ("icall.v1", "ticket.good")) as socket:
            assert socket.protocol == "icall.v1"
            await socket.send_str('{"action": "hello"}')
            await told(served, "$default")
        return await told(served, "$disconnect")

    (gone,) = asyncio.run(life())
    connect, message = served.of("$connect")[0], served.of("$default")[0]

    assert connect["headers"]["Sec-WebSocket-Protocol"] == "icall.v1,ticket.good"
    assert connect["queryStringParameters"] == {"v": "1"}
    assert connect["requestContext"]["eventType"] == "CONNECT"
    assert message["body"] == '{"action": "hello"}'
    assert gone["requestContext"]["disconnectStatusCode"] == 1000
    assert len({e["requestContext"]["connectionId"] for e in (connect, message, gone)}) == 1
    assert connect["requestContext"]["connectionId"].endswith("=")


def test_a_bad_ticket_is_refused_before_the_upgrade(serving, served):
    async def knock(protocol):
        async with connected(serving(), protocols=("icall.v1", protocol)):
            pass

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        asyncio.run(knock("ticket.bad"))
    assert refused.value.status == 401
    with pytest.raises(aiohttp.WSServerHandshakeError) as failed:
        asyncio.run(knock("raise"))
    assert failed.value.status == 502
    assert served.of("$disconnect") == []


def test_plain_http_at_the_sockets_path_is_told_to_upgrade(serving):
    assert serving()("GET", "/socket").status == 426


def test_the_products_own_client_pushes_describes_and_closes(serving, served, management):
    async def push():
        http = serving()
        client = management(http.url)
        async with connected(http) as socket:
            place = {"ConnectionId": (await told(served, "$connect"))[0]["requestContext"]["connectionId"]}
            await ready(client, place)
            await asyncio.to_thread(client.post_to_connection, **place, Data="铃".encode())
            heard = await socket.receive_str()
            described = await asyncio.to_thread(client.get_connection, **place)
            await asyncio.to_thread(client.delete_connection, **place)
            closed = await socket.receive()
            with pytest.raises(client.exceptions.GoneException):
                await asyncio.to_thread(client.post_to_connection, **place, Data=b"late")
            with pytest.raises(client.exceptions.GoneException):
                await asyncio.to_thread(client.delete_connection, **place)
            with pytest.raises(client.exceptions.GoneException):
                await asyncio.to_thread(client.get_connection, **place)
        return heard, described, closed

    heard, described, closed = asyncio.run(push())

    assert heard == "铃"
    assert described["Identity"]["SourceIp"] == "127.0.0.1"
    assert described["ConnectedAt"] <= described["LastActiveAt"]
    assert closed.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}


async def ready(client, place):
    """A connection is open to others a moment after $connect answered."""
    while True:
        try:
            return await asyncio.to_thread(client.get_connection, **place)
        except client.exceptions.GoneException:
            await asyncio.sleep(0.005)


def test_a_push_above_the_limit_is_refused(serving, served, management):
    async def push():
        http = serving()
        client = management(http.url)
        async with connected(http):
            place = {"ConnectionId": (await told(served, "$connect"))[0]["requestContext"]["connectionId"]}
            await ready(client, place)
            with pytest.raises(client.exceptions.PayloadTooLargeException):
                await asyncio.to_thread(client.post_to_connection, **place, Data=b"x" * (128 * 1024 + 1))

    asyncio.run(push())


def test_a_message_above_the_limit_closes_the_socket(serving, served):
    async def shout():
        async with connected(serving(message_limit=1000)) as socket:
            await socket.send_str("x" * 1001)
            return (await socket.receive()).data

    assert asyncio.run(shout()) == 1009
    assert served.wait_for("$disconnect")[0]["requestContext"]["disconnectStatusCode"] == 1009
    assert served.of("$default") == []


def send_many(http, served, count):
    async def send():
        async with connected(http) as socket:
            for number in range(count):
                await socket.send_str(json.dumps({"n": number, "sleep": 0.01 if number == 0 else 0}))
            await told(served, "$default", count)

    asyncio.run(send())
    return [json.loads(event["body"])["n"] for event in served.of("$default")]


def test_one_connections_messages_are_handed_over_in_order(serving, served):
    assert send_many(serving(), served, 30) == list(range(30))


def test_scrambled_messages_all_arrive_but_in_another_order(serving, served):
    heard = send_many(serving(scramble=True), served, 30)

    assert heard != list(range(30))
    assert sorted(heard) == list(range(30))


def test_a_message_whose_function_fails_is_answered_by_the_gateway(serving, served):
    async def fail():
        async with connected(serving()) as socket:
            await socket.send_str('{"raise": true}')
            return json.loads(await socket.receive_str())

    answer = asyncio.run(fail())

    assert answer["message"] == "Internal server error"
    assert answer["connectionId"] == served.of("$default")[0]["requestContext"]["connectionId"]


def test_an_idle_socket_is_closed_and_a_talking_one_is_not(serving):
    async def idle():
        async with connected(serving(idle_seconds=1)) as socket:
            begun = time.monotonic()
            for _ in range(12):
                await asyncio.sleep(0.1)
                await socket.send_str("still here")
            closed = await socket.receive()
            return closed.data, time.monotonic() - begun

    code, lived = asyncio.run(idle())

    assert code == 1001
    assert lived > 2


def test_a_sockets_life_has_an_end_even_when_it_talks(serving):
    async def live():
        async with connected(serving(lifetime_seconds=0.3)) as socket:
            while not socket.closed:
                with contextlib.suppress(TimeoutError):
                    if (await socket.receive(timeout=0.05)).type is aiohttp.WSMsgType.CLOSE:
                        break
                await socket.send_str("still here")
            return socket.close_code

    assert asyncio.run(live()) == 1001


def test_a_binary_message_arrives_in_base64(serving, served):
    async def send():
        async with connected(serving()) as socket:
            await socket.send_bytes(b"\xff\x00")
            return await told(served, "$default")

    (event,) = asyncio.run(send())
    assert (event["body"], event["isBase64Encoded"]) == ("/wA=", True)


def test_stopping_the_gateway_says_goodbye(served, management):
    async def stop():
        gateway = Gateway(GatewaySettings(), served.app)
        gateway.start()
        async with connected(gateway) as socket:
            place = {"ConnectionId": (await told(served, "$connect"))[0]["requestContext"]["connectionId"]}
            await ready(management(gateway.url), place)
            _, message = await asyncio.gather(asyncio.to_thread(gateway.stop), socket.receive())
        return message.data

    assert asyncio.run(stop()) == 1001
    assert len(served.of("$disconnect")) == 1
