"""The sound of the emulated carrier: it mixes each conference itself, over WebRTC on the loopback.

    a browser's offer -> routes.py -> studio.py: every 20 ms, while anybody is connected
                                          |
        microphone -> peers.py -> microphones.py -+   hearing.py: who hears whom, and which sound (sounds.py)
                                                  v
                             mixer.py with mixing.py: 8 kHz, mono, added up and clipped
                                                  |
       loudspeaker <- peers.py <------------------+-> tapes.py: recordings, what the conference sounded like

A *party* is a leg (by its CallSid: a customer's phone page) or a device (by its address: `client:agent_100`), which
speaks and hears for every leg that is answered there. Who has no peer is silent; all else goes on without. G.711 is
spoken, as on a telephone line, which costs next to nothing. Signalling: `web/sdk/src/telephones/SIGNALLING.md`.

aiortc is loaded when the first peer connects, numpy when the server is made; neither by an exchange in virtual time.
"""
