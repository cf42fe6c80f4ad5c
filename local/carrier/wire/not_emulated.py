"""What Twilio can do and this carrier cannot: told by name, so that nobody looks for a mistake in what is right."""

NOT_EMULATED = 501
"""The code of such a refusal, and its HTTP status; none of Twilio's codes is so short."""


def told(what: str) -> str:
    """The reason, for a refusal."""
    return f"{what} is right for Twilio, but the emulated carrier does not do it"
