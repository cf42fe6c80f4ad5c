"""What an agent may dial, and by which carrier: a number as people write it becomes E.164."""

from collections.abc import Collection

from chalicelib.core.centre.model import Centre, DialPlan
from chalicelib.core.ground.errors import BadRequest, NotConfigured


def calling_out_by(centre: Centre, carriers: Collection[str]) -> str:
    """Name the carrier by which agents call out, and are reached in their browsers: that of the number they show.

    Args:
        centre: the configuration in force.
        carriers: those that this deployment has, by name.

    Raises:
        NotConfigured: the number is none of the centre's, or this deployment does not have its carrier.
    """
    number = centre.numbers.get(centre.dial_plan.caller_id)
    if number is None:
        raise NotConfigured("The dial plan's caller_id is none of the centre's numbers: see its configuration.")
    if number.carrier is None and len(carriers) > 1:
        raise NotConfigured(
            "The dial plan's caller_id names no carrier, and there are several: name one at the number."
        )
    named = number.carrier or next(iter(carriers), "")
    if named not in carriers:
        raise NotConfigured("This deployment does not have the carrier of the dial plan's caller_id: see its settings.")
    return named


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
