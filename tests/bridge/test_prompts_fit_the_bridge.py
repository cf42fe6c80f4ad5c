"""What makes prompts and keeps recordings keeps the promises that the bridge counts on."""

from icall_bridge import ports
from icall_bridge.heart.state import Ways
from icall_bridge.settings import SETTINGS
from icall_bridge.sound.prompts import NotReady
from icall_bridge.sound.recordings import NotStored


def test_the_bridge_catches_what_is_raised():
    assert issubclass(NotReady, ports.PromptUnavailable)
    assert issubclass(NotStored, ports.UploadFailed)


def test_the_settings_lead_where_the_bridge_leads_without_settings():
    ways = Ways()

    assert {name: SETTINGS[name].default for name in ("application", "agent", "sip", "outside", "fallback")} == {
        "application": ways.application,
        "agent": ways.agent,
        "sip": ways.sip,
        "outside": ways.outside,
        "fallback": ways.fallback,
    }
