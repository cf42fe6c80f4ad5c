"""An app.py with every kind of decorator that the product's has, and nothing behind them."""

from chalice import Chalice

app = Chalice(app_name="icall")
app.experimental_feature_flags.update(["WEBSOCKETS"])


@app.route("/health")
def health():
    return {}


@app.on_ws_connect()
def socket_connect(event):
    return None


@app.on_ws_message()
def socket_message(event):
    return None


@app.on_ws_disconnect()
def socket_disconnect(event):
    return None


@app.on_dynamodb_record(stream_arn="declared in the template", batch_size=25)
def stream(event):
    return None


@app.on_sqs_message(queue="TimersQueue", batch_size=10)
def timers(event):
    return None


@app.on_sqs_message(queue_arn="declared in the template", batch_size=10)
def webhooks(event):
    return None


@app.on_sqs_message(queue="RecordingsQueue", batch_size=1)
def recordings(event):
    return None


@app.schedule("rate(1 minute)")
def sweep(event):
    return None
