"""TwiML: read strictly, and carried out on a leg, verb by verb.

`twiml.py` reads a document by `grammar.py`, `voices.py` and `vocabulary.json`, and refuses it with the numbers of
`codes.py`. `interpreter.py` starts a *run* (`run.py`) on a leg and knows the verbs; the longer ones are `gathering.py`
(Gather), `joining.py` and `bridging.py` (Dial). `prompts.py` says and plays, onto the list of `stage.py`;
`waiting_room.py` and `side_documents.py` play beside a call's own document: hold music, announcements.
"""
