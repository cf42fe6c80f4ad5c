import asyncio
import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local.business.app import make_app
from local.business.settings import BusinessSettings

KEY = b"k" * 24
NOW = 1_772_690_000


@dataclass
class ContactCentre:
    """A contact centre that grants login codes, or answers as it is told to."""

    asked: list = field(default_factory=list)
    status: int = 200
    reply: object = field(default_factory=lambda: {"code": "once", "expiresAt": NOW + 60})

    async def login_codes(self, request):
        self.asked.append((request.headers["Authorization"], await request.json()))
        return web.json_response(self.reply, status=self.status)

    def server(self):
        app = web.Application()
        app.router.add_post("/sso/login-codes", self.login_codes)
        return TestServer(app)


@dataclass
class Freight:
    """The freight company's system, running, and those who talk to it."""

    client: TestClient
    now = NOW

    def sign(self, body, webhook_id="msg_1", timestamp=NOW, key=KEY):
        """The signature of a webhook, in the Standard Webhooks form."""
        signed = f"{webhook_id}.{timestamp}.".encode() + body
        return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()

    async def asks(self, path, key="plugin-key"):
        """What a plugin is answered: status and JSON."""
        async with self.client.get(path, headers={"Authorization": f"Bearer {key}"}) as answer:
            return answer.status, await answer.json()

    async def posts(self, path, body, key="plugin-key"):
        async with self.client.post(path, json=body, headers={"Authorization": f"Bearer {key}"}) as answer:
            return answer.status, await answer.json()

    async def hears(self, event, webhook_id="msg_1", age=0, key=KEY, **headers):
        """The status with which a signed webhook is answered."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        timestamp = NOW - age
        signed = {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": self.sign(body, webhook_id, timestamp, key),
        }
        sent = signed | {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.post("/hooks/icall", data=body, headers=sent) as answer:
            return answer.status

    async def received(self):
        async with self.client.get("/hooks/received") as answer:
            return (await answer.json())["received"]


@pytest.fixture
def freight(contact_centre):
    """Runs a scenario against a fresh freight company: `freight(scenario, data_dir=..., icall_url=...)`."""

    def run(scenario, **settings):
        async def with_contact_centre():
            async with contact_centre.server() as centre:
                return await main(str(centre.make_url("/")))

        async def main(icall_url):
            given = {
                "api_key": "plugin-key",
                "webhook_secret": "whsec_" + base64.b64encode(KEY).decode(),
                "icall_url": icall_url,
                "icall_api_key": "crm-key",
                "clock": lambda: NOW,
            }
            app = make_app(BusinessSettings(**given | settings))
            async with TestClient(TestServer(app)) as client:
                return await scenario(Freight(client))

        return asyncio.run(with_contact_centre())

    return run


@pytest.fixture
def contact_centre():
    return ContactCentre()
