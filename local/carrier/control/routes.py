"""The control API: what a hand on a phone, a test or the command line does to the running carrier. JSON throughout.

POST /control/calls {from, to, extra}                a customer dials -> {sid, ...}
GET  /control/calls, /control/calls/{sid}            state, on_hold, talks_with
GET  /control/calls/{sid}/transcript?after=N&wait=S  what was heard since; waits up to S seconds for news
GET  /control/calls/{sid}/events?after=N             the same and every change of state, as server-sent events
POST /control/calls/{sid}/press {digits, between}    /say {words}    /hang-up
GET, POST /control/devices {address, mode, answers_after, token}
GET, DELETE /control/devices/{address}               what rings and talks there
GET  /control/devices/{address}/events               the same at every change, as server-sent events
POST /control/devices/{address}/answer|reject|hang-up {wait}
GET, POST, DELETE /control/faults {webhook: {...}} or {rest: {...}}, the fields of local.carrier.faults
GET, POST /control/numbers {number, voice_url, status_callback}
GET, DELETE /control/errors      GET /control/log?after=N      GET /control/conferences
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from json import JSONDecodeError
from typing import Any

from aiohttp import web

from local.carrier.control.access_tokens import AccessTokenError, identity_of
from local.carrier.exchange import CallHandle, DeviceHandle, Exchange
from local.carrier.faults import RestFault, WebhookFault
from local.carrier.handle import BETWEEN_KEYS
from local.carrier.legs.numbering import UnknownNumberError
from local.carrier.legs.switchboard import TooManyCallsError

LOOK_AGAIN = 0.03
LONGEST_WAIT = 30.0
Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """The control API's handlers."""

    def __init__(self, exchange: Callable[[], Exchange]) -> None:
        self._exchange = exchange

    def routes(self) -> list[web.RouteDef]:
        """Every route of the control API."""
        return [
            web.get("/control/calls", self.list_calls),
            web.post("/control/calls", self.dial),
            web.get("/control/calls/{sid}", self.show_call),
            web.get("/control/calls/{sid}/transcript", self.transcript),
            web.get("/control/calls/{sid}/events", self.stream),
            web.post("/control/calls/{sid}/press", self.press),
            web.post("/control/calls/{sid}/say", self.say),
            web.post("/control/calls/{sid}/hang-up", self.hang_up),
            web.get("/control/devices", self.list_devices),
            web.post("/control/devices", self.register),
            web.get("/control/devices/{address}", self.show_device),
            web.delete("/control/devices/{address}", self.remove_device),
            web.get("/control/devices/{address}/events", self.watch),
            web.post("/control/devices/{address}/{action:answer|reject|hang-up}", self.handle_device),
            web.get("/control/faults", self.list_faults),
            web.post("/control/faults", self.add_fault),
            web.delete("/control/faults", self.clear_faults),
            web.get("/control/numbers", self.list_numbers),
            web.post("/control/numbers", self.assign_number),
            web.get("/control/errors", self.list_errors),
            web.delete("/control/errors", self.clear_errors),
            web.get("/control/log", self.show_log),
            web.get("/control/conferences", self.list_conferences),
        ]

    async def list_calls(self, _request: web.Request) -> web.Response:
        """All legs."""
        exchange = self._exchange()
        legs = [_call(exchange.handle(call)) for call in list(exchange.switchboard.calls.values())]
        return web.json_response({"calls": legs})

    async def dial(self, request: web.Request) -> web.Response:
        """A customer calls."""
        wish = await _body(request)
        call = self._exchange().dial(str(wish["from"]), str(wish["to"]), wish.get("extra"))
        return web.json_response(_call(call), status=201)

    async def show_call(self, request: web.Request) -> web.Response:
        """One leg."""
        return web.json_response(_call(self._call(request)))

    async def transcript(self, request: web.Request) -> web.Response:
        """What a party heard since the last look."""
        call = self._call(request)
        after = int(request.query.get("after", "0"))
        await _wait(lambda: len(call.transcript) > after, float(request.query.get("wait", "0")))
        return web.json_response(_news(call, after))

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """A party's call as it goes on, until it is over; a browser that comes back gets what it missed."""
        call, place = self._call(request), _place(request)
        return await _events(request, lambda after: _news(call, after), place)

    async def press(self, request: web.Request) -> web.Response:
        """Press keys one by one."""
        call, wish = self._call(request), await _body(request)
        for digit in str(wish["digits"]):
            call.press(digit)
            await asyncio.sleep(float(wish.get("between", BETWEEN_KEYS)))
        return web.json_response(_call(call))

    async def say(self, request: web.Request) -> web.Response:
        """Speak."""
        call, wish = self._call(request), await _body(request)
        call.says(str(wish["words"]))
        return web.json_response(_call(call))

    async def hang_up(self, request: web.Request) -> web.Response:
        """Put the phone down."""
        call = self._call(request)
        call.hang_up()
        return web.json_response(_call(call))

    async def list_devices(self, _request: web.Request) -> web.Response:
        """All endpoints."""
        exchange = self._exchange()
        handles = [exchange.known_device(device.address) for device in exchange.devices.all()]
        return web.json_response({"devices": [_device(handle) for handle in handles]})

    async def register(self, request: web.Request) -> web.Response:
        """Make an endpoint known, or change how it behaves; a page says by its access token which client it is."""
        wish = await _body(request)
        if "token" in wish:
            self._check(str(wish["token"]), wish["address"])
        after = float(wish.get("answers_after", 1.0))
        return web.json_response(_device(self._exchange().device(wish["address"], wish.get("mode", "manual"), after)))

    async def remove_device(self, request: web.Request) -> web.Response:
        """Take an endpoint away."""
        self._exchange().remove_device(request.match_info["address"])
        return await self.list_devices(request)

    async def show_device(self, request: web.Request) -> web.Response:
        """One endpoint."""
        return web.json_response(_device(self._device(request)))

    async def watch(self, request: web.Request) -> web.StreamResponse:
        """What rings and talks at an endpoint, at every change."""
        device = self._device(request)
        return await _events(request, lambda _after: _device(device), 0)

    async def handle_device(self, request: web.Request) -> web.Response:
        """Pick up, refuse or put down, waiting for a ring if told to."""
        device, wish = self._device(request), await _body(request)
        action = request.match_info["action"]
        if action == "hang-up":
            device.hang_up()
            return web.json_response(_device(device))
        if not await _wait(lambda: bool(device.ringing()), float(wish.get("wait", 0))):
            raise web.HTTPConflict(text=f"{device.address} does not ring")
        if action == "reject":
            device.reject(within=0)
            return web.json_response(_device(device))
        return web.json_response(_call(device.answer(within=0)))

    async def list_faults(self, _request: web.Request) -> web.Response:
        """The rules in force."""
        faults = self._exchange().faults
        rules = {"webhook": [asdict(rule) for rule in faults.webhooks], "rest": [asdict(rule) for rule in faults.rest]}
        return web.json_response(rules)

    async def add_fault(self, request: web.Request) -> web.Response:
        """Put a rule in force."""
        wish, faults = await _body(request), self._exchange().faults
        if "webhook" in wish:
            faults.on_webhook(WebhookFault(**wish["webhook"]))
        else:
            faults.on_rest(RestFault(**wish["rest"]))
        return await self.list_faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Behave again."""
        self._exchange().faults.clear()
        return await self.list_faults(request)

    async def list_numbers(self, _request: web.Request) -> web.Response:
        """The account's numbers."""
        return web.json_response({"numbers": [asdict(number) for number in self._exchange().numbering.all()]})

    async def assign_number(self, request: web.Request) -> web.Response:
        """Give the account a number."""
        wish = await _body(request)
        self._exchange().number(wish["number"], wish["voice_url"], wish.get("status_callback", ""))
        return await self.list_numbers(request)

    async def list_errors(self, _request: web.Request) -> web.Response:
        """What went wrong."""
        return web.json_response({"errors": [asdict(error) for error in self._exchange().errors]})

    async def clear_errors(self, request: web.Request) -> web.Response:
        """Forget what went wrong."""
        self._exchange().errors.clear()
        return await self.list_errors(request)

    async def show_log(self, request: web.Request) -> web.Response:
        """Every exchange of webhooks and REST requests, from a place on."""
        after = int(request.query.get("after", "0"))
        entries = self._exchange().log[after:]
        return web.json_response({"log": [asdict(entry) for entry in entries], "next": after + len(entries)})

    async def list_conferences(self, _request: web.Request) -> web.Response:
        """Who sits with whom."""
        rooms = self._exchange().conferences.all()
        return web.json_response(
            {
                "conferences": [
                    {
                        "sid": room.sid,
                        "name": room.friendly_name,
                        "status": room.status,
                        "parties": [
                            {"party": seat.call.party, "label": seat.label, "hold": seat.hold, "muted": seat.muted}
                            for seat in room.joined
                        ],
                    }
                    for room in rooms
                ]
            }
        )

    def _call(self, request: web.Request) -> CallHandle:
        exchange = self._exchange()
        try:
            return exchange.handle(exchange.call(request.match_info["sid"]))
        except KeyError:
            raise web.HTTPNotFound(text=f"there is no call {request.match_info['sid']}") from None

    def _check(self, token: str, address: str) -> None:
        if address != f"client:{identity_of(token, self._exchange().plant.settings)}":
            raise AccessTokenError("the access token is another client's")

    def _device(self, request: web.Request) -> DeviceHandle:
        return self._exchange().known_device(request.match_info["address"])


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Mistakes in a control request are answered as JSON that says what is wrong."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.json_response({"error": error.text}, status=error.status)
    except AccessTokenError as error:
        return web.json_response({"error": str(error)}, status=401)
    except UnknownNumberError as error:
        return web.json_response({"error": str(error)}, status=404)
    except TooManyCallsError as error:
        return web.json_response({"error": str(error)}, status=429)
    except (KeyError, ValueError, TypeError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


async def _body(request: web.Request) -> Json:
    if not request.can_read_body:
        return {}
    try:
        body = await request.json()
    except JSONDecodeError as error:
        raise web.HTTPBadRequest(text=f"the body is no JSON: {error}") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="the body must be a JSON object")
    return body


async def _wait(holds: Callable[[], bool], seconds: float) -> bool:
    until = asyncio.get_running_loop().time() + min(seconds, LONGEST_WAIT)
    while not holds():
        if asyncio.get_running_loop().time() >= until:
            return False
        await asyncio.sleep(LOOK_AGAIN)
    return True


async def _events(request: web.Request, look: Callable[[int], Json], after: int) -> web.StreamResponse:
    """Every change of what `look` gives, until the call is over or the browser has gone."""
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await answer.prepare(request)
    told: Json = {}
    with suppress(ConnectionResetError):
        while not (told.get("over") or request.transport is None or request.transport.is_closing()):
            seen = look(after)
            after = seen.get("next", after)
            if seen.get("entries") or seen != told:
                await answer.write(f"id: {after}\ndata: {json.dumps(seen)}\n\n".encode())
            told = seen | {"entries": []} if "entries" in seen else seen
            await asyncio.sleep(LOOK_AGAIN)
    return answer


def _place(request: web.Request) -> int:
    """How many lines a browser has: by itself it tells so when it comes back."""
    return int(request.headers.get("Last-Event-ID") or request.query.get("after", "0"))


def _news(call: CallHandle, after: int) -> Json:
    entries = [asdict(entry) for entry in call.transcript[after:]]
    return _call(call) | {"entries": entries, "next": after + len(entries)}


def _call(call: CallHandle) -> Json:
    return {
        "sid": call.sid,
        "party": call.party,
        "from": call.from_to[0],
        "to": call.from_to[1],
        "state": call.state,
        "over": call.over,
        "on_hold": call.on_hold,
        "talks_with": call.talks_with,
        "heard_by": call.heard_by,
    }


def _device(device: DeviceHandle) -> Json:
    return {
        "address": device.address,
        "mode": device.mode,
        "ringing": [_call(call) for call in device.ringing()],
        "talking": [_call(call) for call in device.talking()],
    }
