"""Twilio's own Python library, talking to the exchange."""

import base64
from urllib.parse import urlencode

from product_under_call import ACCOUNT, TOKEN
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from local.carrier.messages import FORM, Request


class Wire(HttpClient):
    """Carries the library's requests into the exchange, in this process."""

    def __init__(self, exchange):
        super().__init__(logger=None, is_async=False, timeout=None)
        self.exchange = exchange

    def request(self, method, url, params=None, data=None, **options):
        basic = base64.b64encode(":".join(options["auth"]).encode()).decode()
        query = f"?{urlencode(params, doseq=True)}" if params else ""
        sent = {"Authorization": f"Basic {basic}", "Content-Type": FORM}
        body = urlencode(data or {}, doseq=True).encode()
        answer = self.exchange.rest(Request(method, url + query, sent, body))
        return Response(answer.status, answer.body.decode(), dict(answer.headers))


def official_client(exchange):
    return Client(ACCOUNT, TOKEN, http_client=Wire(exchange))
