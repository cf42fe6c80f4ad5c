"""The emulated carrier: a Twilio that runs on a laptop and speaks Twilio's own contract.

The product's production adapter talks to it: signed webhooks go in, TwiML comes out, REST requests are answered. It
imports nothing of the product. What Twilio would refuse it refuses, and what Twilio would only warn of it refuses too.

    tests, one process                                    the running laptop
    ------------------                                    ------------------
    exchange.dial, device ...                             python -m local.carrier, caller.py
             |                                                     |  HTTP
             |                       server.py: control/ (API, phone page), REST, audio/ (WebRTC, mixing)
             v                                                     v
    +---------------------------------- exchange.py: the parts list ----------------------------------+
    |  handle.py    a person with a phone: hears, presses, answers, hangs up                           |
    |  rest/        /2010-04-01/...: forms checked to the letter, resources, paging                    |
    |  documents/   TwiML: read strictly, carried out verb by verb; prompts, hold music                |
    |  legs/        calls, devices, conferences, recordings: who is connected, who hears whom          |
    |  wire/        webhooks: signed, tokened, tried twice, in lanes; the journal                      |
    |  settings.py  scheduling.py (virtual time, or the wall clock)  faults.py  messages.py  sound.py  |
    +--------------------------------------------------------------------------------------------------+
             |  transport: (Request) -> Response
             v
    the product: called in this process, or over HTTP (wire/product_http.py)

Each line is a floor: it imports what stands below it and nothing above (`.importlinter` holds it). What somebody
outside needs stands in front of the rooms: exchange, handle, settings, faults, messages, scheduling, server.

The least that takes a call:

    number = Number("+8675583000000", voice_url="https://product.example/voice")
    twiml = Response(200, {"Content-Type": "text/xml"}, b"<Response><Say>Welcome</Say></Response>")
    exchange = Exchange(CarrierSettings("AC1", "token", numbers=(number,)), transport=lambda request: twiml)
    exchange.dial("+8613800138000", number.number).hears("Welcome")

In one process, time is virtual: nothing happens until `exchange.advance(seconds)`, `exchange.run_until_idle()` or a
handle that waits (`call.hears("...")`, `device.answer()`), and then a webhook is performed inline; the product may
call `exchange.rest(request)` while it answers one. On the wall clock webhooks run on threads, those of different
calls side by side. A test's own timers may stand on the same heap: `exchange.time.after(seconds, action)`.

Emulated: Say, Play, Pause, Gather (keys, and words that somebody types), Redirect, Hangup, Reject, Dial with a
Conference or with Numbers, Clients and Sips, at once or one after the other; Calls, Conferences, Participants,
Recordings with their rules; call, conference and recording callbacks; one retry; fallback addresses; Twilio's five
seconds on top of a ring time-out; limits of calls; API keys; faults.

Not emulated: the rest. `vocabulary.json`, `forms.json` and `rest/service.py` know it by name, so that what is right for
Twilio is refused as not emulated and only what is wrong as wrong, with Twilio's number (documents/codes.py,
rest/forms.py). docs/laptop.md tells both. Who hears whom follows from the conference's state (`call.talks_with`),
speech takes as long as its text and is spoken by the phone page, and music that Twilio would repeat for ever is noted
once. Parties whose page is connected to the server hear and are heard, and recordings hold what they said: that is
`local.carrier.audio`, whose mixer a test may also ask in virtual time; without it recordings are silent.

Differences by choice: what Twilio would only warn of is an error; callbacks of one call or conference arrive in order
unless a fault disturbs them; a redirect in circles is cut after a hundred documents.
"""
