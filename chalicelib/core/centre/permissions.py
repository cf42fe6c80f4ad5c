"""Who may do what: one table of permissions, and what each action and control needs.

Actions and controls go by their names; their integer codes are a layer above.
"""

from collections.abc import Collection, Mapping

from chalicelib.core.centre.model import Role

PERMISSIONS: Mapping[str, str] = {
    "service.sign_in": "sign in and out, synchronise, reset oneself",
    "service.pause": "pause and resume service, choose the next state",
    "calls.handle": "answer, hang up, hold, retrieve, mute, send digits, set tags, wrap up",
    "calls.make": "call seats, agents and outside lines",
    "calls.transfer": "transfer, consult, swap, hold a conference",
    "calls.automate": "send a caller into a flow or a survey",
    "calls.pick_up": "pick up a call that rings at somebody of one's groups",
    "calls.record": "stop, start, pause and resume the recording of one's own call",
    "callbacks.schedule": "promise a caller to call back",
    "messages.send": "send instant messages",
    "recordings.listen": "hear the recordings of one's own calls",
    "recordings.listen_any": "hear every recording",
    "supervise.see": "see the agents of one's groups and end one's own control of them",
    "supervise.monitor": "hear a call unheard",
    "supervise.whisper": "speak to an agent unheard by the caller",
    "supervise.barge_in": "join a call",
    "supervise.intercept": "take a call over from an agent, ringing or talking",
    "supervise.emergency_call": "reach an agent ahead of everything",
    "supervise.release": "end an agent's call or wrap-up, clear a stuck state",
    "supervise.set_state": "make an agent paused, ready or resting",
    "supervise.sign_out": "sign an agent out",
    "supervise.record": "switch the recording of an agent's call",
    "reports.read": "read reports and the history of calls",
    "audit.read": "read who did what",
    "config.read": "read the configuration",
    "config.apply": "change the configuration",
    "flows.publish": "publish flows",
}

ACTION_PERMISSION: Mapping[str, str] = {
    "answer": "calls.handle",
    "hangup": "calls.handle",
    "hold": "calls.handle",
    "retrieve": "calls.handle",
    "transfer": "calls.transfer",
    "consult": "calls.transfer",
    "call": "calls.make",
    "sendDtmf": "calls.handle",
    "pause": "service.pause",
    "resume": "service.pause",
    "toAutomatic": "calls.automate",
    "sendMessage": "messages.send",
    "completeTransfer": "calls.transfer",
    "conference": "calls.transfer",
    "cancelConsult": "calls.transfer",
    "swap": "calls.transfer",
    "mute": "calls.handle",
    "wrapUp": "calls.handle",
    "setTags": "calls.handle",
    "recording": "calls.record",
    "survey": "calls.automate",
    "scheduleCallback": "callbacks.schedule",
    "pickUp": "calls.pick_up",
    "signIn": "service.sign_in",
    "signOut": "service.sign_in",
    "nextState": "service.pause",
    "reset": "service.sign_in",
    "synchronise": "service.sign_in",
}

CONTROL_PERMISSION: Mapping[str, str] = {
    "monitor": "supervise.monitor",
    "intercept": "supervise.intercept",
    "bargeIn": "supervise.barge_in",
    "emergencyCall": "supervise.emergency_call",
    "forceRelease": "supervise.release",
    "whisper": "supervise.whisper",
    "pickUp": "supervise.intercept",
    "forcePaused": "supervise.set_state",
    "forceReady": "supervise.set_state",
    "forceSignOut": "supervise.sign_out",
    "forceSignOutNow": "supervise.sign_out",
    "stop": "supervise.see",
    "finishWrapUp": "supervise.release",
    "forceRest": "supervise.set_state",
    "switchToMonitor": "supervise.monitor",
    "switchToBargeIn": "supervise.barge_in",
    "switchToWhisper": "supervise.whisper",
    "startRecording": "supervise.record",
    "stopRecording": "supervise.record",
}


def permissions_of(roles: Collection[str], known: Mapping[str, Role]) -> frozenset[str]:
    """Give what these roles permit together; a role that is not configured permits nothing."""
    return frozenset().union(*(known[role].permissions for role in roles if role in known))
