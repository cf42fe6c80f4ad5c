"""The integer codes of doControl, a compatibility layer over the controls' names."""

from collections.abc import Mapping

CONTROL_CODES: Mapping[int, str] = {
    1: "monitor",
    2: "intercept",
    3: "bargeIn",
    4: "emergencyCall",
    5: "forceRelease",
    6: "whisper",
    7: "pickUp",
    8: "forcePaused",
    9: "forceReady",
    10: "forceSignOut",
    11: "stop",
    12: "finishWrapUp",
    13: "forceRest",
    14: "switchToMonitor",
    15: "switchToBargeIn",
    16: "switchToWhisper",
    17: "startRecording",
    18: "stopRecording",
    110: "forceSignOutNow",
}


def control_name(code: int, own: Mapping[int, str]) -> str | None:
    """Name the control of this code, by the deployment's own code map first; None for a code that means nothing."""
    return own.get(code) or CONTROL_CODES.get(code)
