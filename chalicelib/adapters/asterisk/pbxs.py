"""Which Asterisk: a call lives on one, with all its legs, and its id alone says on which.

An Asterisk with its bridge is a pbx. The id of a call that arrived names its pbx. Of a call that the stack makes, and
of an agent's browser, rendezvous hashing chooses: of all pbxs the one whose hash with the id is the highest. So nothing
has to be remembered, and a pbx that comes or goes moves no id between the others.
"""

import re
from collections.abc import Collection
from hashlib import sha256

PBX_NAME = "[a-z0-9]{1,16}"
_ARRIVED = re.compile(rf"c[0-9a-f]{{20}}\.({PBX_NAME})")


def call_id_of(pbx: str, channel: str) -> str:
    """Give our id of the call that arrived on this channel: the same for all news about it, stored or not."""
    return f"c{sha256(f'asterisk:{pbx}:{channel}'.encode()).hexdigest()[:20]}.{pbx}"


def pbx_of(call: str, pbxs: Collection[str]) -> str:
    """Name the pbx of a call; that of one that arrived may be none of `pbxs` any more."""
    arrived = _ARRIVED.fullmatch(call)
    return arrived[1] if arrived else chosen(call, pbxs)


def chosen(name: str, pbxs: Collection[str]) -> str:
    """Choose one of the pbxs (one at least) for something of this name: always the same, and all about as often."""
    return max(pbxs, key=lambda pbx: (sha256(f"{pbx} {name}".encode()).digest(), pbx))


def sid_of(pbx: str, thing: str) -> str:
    """Give the carrier's id of what this pbx knows by an id of its own: a channel, a recording."""
    return f"{pbx}:{thing}"


def told_by(sid: str) -> tuple[str, str]:
    """Give the pbx that a carrier's id names, and what is known there by the rest; of no id nothing."""
    pbx, _, thing = sid.partition(":")
    return pbx, thing
