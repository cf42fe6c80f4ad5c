"""The emulated carrier: a Twilio that runs on a laptop and speaks Twilio's own contract.

The product's production adapter talks to it: signed webhooks go in, TwiML comes out, REST requests are answered. It
imports nothing of the product. What Twilio would refuse it refuses, and what Twilio would only warn of it refuses too.

    tests, one process                                       the running laptop
    ------------------                                       ------------------
    exchange.dial, device ...                                python -m local.carrier, caller.py
             |                                                        |  HTTP          pages.py: web/phone
             |                                      server.py: control.py (/control), REST, audio/ (WebRTC)
             v                                                        v
    +------------------------------------ exchange.py ------------------------------------+
    |  handle.py        a person with a phone: hears, presses, answers, hangs up          |
    |  switchboard.py   legs: queued, ringing, in-progress, ended     calls.py devices.py |
    |  interpreter.py   TwiML, verb by verb     gathering.py rooms.py prompts.py          |
    |                   bridging.py             twiml.py grammar.py vocabulary.json       |
    |                                           codes.py voices.py                        |
    |  conferences.py   who sits with whom      waiting_room.py side_documents.py         |
    |  recordings.py    started, paused, stopped; the file later      sound.py stage.py   |
    |  rest*.py         /2010-04-01/...         forms.py forms.json resources.py paging.py|
    |  twilio_webhooks.py   signed, tokened, tried twice, in lanes    faults.py           |
    |  scheduling.py    a heap of due actions: virtual time or the wall clock             |
    +-------------------------------------------------------------------------------------+
             |  transport: (Request) -> Response
             v
    the product: called in this process, or over HTTP (product_http.py)

In one process, time is virtual: nothing happens until `exchange.advance(seconds)`, `exchange.run_until_idle()` or a
handle that waits (`call.hears("...")`, `device.answer()`), and then a webhook is performed inline; the product may
call `exchange.rest(request)` while it answers one. On the wall clock webhooks run on threads, those of different
calls side by side. A test's own timers may stand on the same heap: `exchange.time.after(seconds, action)`.

Emulated: Say, Play, Pause, Gather (keys, and words that somebody types), Redirect, Hangup, Reject, Dial with a
Conference or with Numbers, Clients and Sips, at once or one after the other; Calls, Conferences, Participants,
Recordings with their rules; call, conference and recording callbacks; one retry; fallback addresses; Twilio's five
seconds on top of a ring time-out; limits of calls; API keys; faults.

Not emulated: the rest. `vocabulary.json`, `forms.json` and `rest.py` know it by name, so that what is right for Twilio
is refused as not emulated (not_emulated.py) and only what is wrong as wrong, with Twilio's number (codes.py, forms.py).
docs/laptop.md tells both. Who hears whom follows from the conference's state (`call.talks_with`), speech takes as long
as its text and is spoken by the phone page, and music that Twilio would repeat for ever is noted once. Parties whose
page is connected to the server hear and are heard, and recordings hold what they said: that is `local.carrier.audio`;
without it, and in virtual time, recordings are silent.

Differences by choice: what Twilio would only warn of is an error; callbacks of one call or conference arrive in order
unless a fault disturbs them; a redirect in circles is cut after a hundred documents.
"""
