"""What an agent may dial: a number as people write it becomes E.164."""

from chalicelib.core.centre.model import Centre, DialPlan
from chalicelib.core.ground.errors import BadRequest, NotConfigured


def calling_out_by(centre: Centre) -> str:
    """Name the carrier by which agents call out, and are reached in their browsers: that of the number they show.

    Raises:
        NotConfigured: the number is none of the centre's.
    """
    number = centre.numbers.get(centre.dial_plan.caller_id)
    if number is None:
        raise NotConfigured("The dial plan's caller_id is none of the centre's numbers: see its configuration.")
    return number.carrier


def to_e164(dialled: str, plan: DialPlan) -> str:
    """Give the number in E.164; a local one gets the plan's area code, an outside one the plan's country.

    Raises:
        BadRequest: not a number that can exist; the number is not repeated.
    """
    import phonenumbers  # noqa: PLC0415 - 60 ms that only an outside call should cost

    for text in (dialled, f"{plan.area_code}{dialled}"):
        try:
            number = phonenumbers.parse(text, plan.region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise BadRequest("That is not a telephone number that can be dialled: check the digits.")
