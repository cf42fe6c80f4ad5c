"""The ground: what every part stands on, and the wire to the product.

`plant.py` gathers settings, time, ids, webhooks, faults and the journal; `twilio_webhooks.py` signs what is sent and
tries it twice, in lanes.
"""
