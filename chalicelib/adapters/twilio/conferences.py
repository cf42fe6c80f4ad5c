"""Conferences at Twilio, found by the name that they have from us: our call id."""

from chalicelib.adapters.twilio.api import TwilioApi
from chalicelib.core.ground.errors import CarrierGone


def conference_of(api: TwilioApi, call: str, known: str) -> str:
    """Give Twilio's id of the call's conference: unlike adding, changing what is in it takes no name (R7).

    Raises:
        CarrierGone: it is over, or has not begun.
    """
    sid = known or live_conference(api, call)
    if not sid:
        raise CarrierGone("Twilio has no live conference of this call.")
    return sid


def live_conference(api: TwilioApi, call: str) -> str:
    """Find the conference that goes by this name now; ended ones may have gone by it before (R11)."""
    page = api.get("look for a conference", "Conferences", FriendlyName=call)
    live = (str(found["sid"]) for found in page["conferences"] if found["status"] != "completed")
    return next(live, "")
