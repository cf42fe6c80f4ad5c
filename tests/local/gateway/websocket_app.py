"""The socket functions of the small app."""

import json
import time

from chalice.app import Response


def add_sockets(served):
    app = served.app

    @app.on_ws_connect()
    def socket_connect(event):
        served.events.append(event.to_dict())
        offered = event.to_dict()["headers"].get("Sec-WebSocket-Protocol", "")
        if "ticket.bad" in offered:
            return Response("", status_code=401)
        if "raise" in offered:
            raise ValueError
        return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "icall.v1"}} if offered else None

    @app.on_ws_message()
    def socket_message(event):
        told = json.loads(event.body) if event.body.startswith("{") else {}
        time.sleep(told.get("sleep", 0))
        served.events.append(event.to_dict())
        if told.get("raise"):
            raise ValueError

    @app.on_ws_disconnect()
    def socket_disconnect(event):
        served.events.append(event.to_dict())
