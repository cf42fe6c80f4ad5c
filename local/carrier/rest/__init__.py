"""The REST API, /2010-04-01/Accounts/...: `service.py` takes a request, checks its form and answers.

`forms.py` and `forms.json` know every operation's fields as Twilio does; `calls.py`, `conferences.py` and
`recordings.py` carry out; `resources.py` and `paging.py` write the answers.
"""
