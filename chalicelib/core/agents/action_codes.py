"""The integer codes of doAction, a compatibility layer over the actions' names.

7 is fixed by the iCall integration guide, section 2.1.4, and the order of 1 to 12 follows its list of actions.
"""

from collections.abc import Mapping

ACTION_CODES: Mapping[int, str] = {
    1: "answer",
    2: "hangup",
    3: "hold",
    4: "retrieve",
    5: "transfer",
    6: "consult",
    7: "call",
    8: "sendDtmf",
    9: "pause",
    10: "resume",
    11: "toAutomatic",
    20: "completeTransfer",
    21: "conference",
    22: "cancelConsult",
    23: "swap",
    24: "mute",
    25: "wrapUp",
    26: "setTags",
    27: "recording",
    28: "survey",
    30: "pickUp",
    31: "signIn",
    32: "signOut",
    33: "nextState",
    34: "reset",
    35: "synchronise",
}


def action_name(code: int, own: Mapping[int, str]) -> str | None:
    """Name the action of this code, by the deployment's own code map first; None for a code that means nothing."""
    return own.get(code) or ACTION_CODES.get(code)
