"""Calls and conferences: who is connected with whom, whatever brought them there.

`switchboard.py` lets legs ring, answer and end; `conferences.py` knows who sits with whom and so who hears whom;
`devices.py` and `numbering.py` know what is behind an address; `recordings.py` starts, pauses and stops.
"""
