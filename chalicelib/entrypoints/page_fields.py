"""What a page sends, field by field: by HTTP and in the frames of its socket, in bodies that say the same."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core.agents.results import Action, Order
from chalicelib.core.centre.model import DeviceKind
from chalicelib.core.centre.who import Person
from chalicelib.core.ground.errors import BadRequest
from chalicelib.core.ground.outside import carried, is_carried, is_id, is_number

MOST_SEAT = 99_999
"""The largest number of a seat that can be configured."""


def read_action(who: Person, body: Mapping[str, Any]) -> Action:
    """Read an action as doAction has it: `act` and `iParam` whole numbers, `sParam` and `requestId` text.

    Raises:
        BadRequest: naming the field that is not as it should be.
    """
    s_param = body.get("sParam", "")
    return Action(
        who=who,
        request=read_request_id(body),
        act=read_code(body),
        i_param=_number(body.get("iParam", 0), "iParam"),
        # It may hold tags: words for people, which pages cut in the middle of a character.
        s_param=read_text(carried(s_param) if isinstance(s_param, str) else s_param, "sParam", most=4096, empty=True),
    )


def read_order(who: Person, body: Mapping[str, Any]) -> Order:
    """Read a control as doControl has it: `target`, a seat's number, and `control`, both whole numbers.

    Raises:
        BadRequest: naming the field that is not as it should be.
    """
    seat = _number(body.get("target"), "target")
    if not 0 < seat <= MOST_SEAT:
        raise BadRequest("target must be a seat's number (sliceNo).")
    return Order(who=who, request=read_request_id(body), seat=seat, control=read_control(body))


def read_control(body: Mapping[str, Any]) -> int:
    """Read the code of a control, or raise BadRequest."""
    return _number(body.get("control"), "control")


def read_request_id(body: Mapping[str, Any]) -> str:
    """Read the page's own id of a request, empty for none, or raise BadRequest."""
    return read_text(body.get("requestId", ""), "requestId", most=64, empty=True)


def read_code(body: Mapping[str, Any]) -> int:
    """Read the code of an action, or raise BadRequest."""
    return _number(body.get("act"), "act")


def read_id(value: Any, name: str) -> str:
    """Read an id of ours, or raise BadRequest; whether there is such a thing is another question."""
    if not is_id(value):
        raise BadRequest(f"{name} must be an id: 1 to 64 letters, digits, dots, - and _.")
    return str(value)


def read_page(body: Mapping[str, Any], otherwise: str = "") -> str:
    """Read how a page calls itself; one that does not is called by `otherwise`.

    Raises:
        BadRequest: `page` is no text, or too long.
    """
    return read_text(body.get("page", otherwise), "page", most=64, empty=True)


def comes_back(body: Mapping[str, Any]) -> bool:
    """Read whether a page says that it had the agent before.

    Raises:
        BadRequest: `again` is neither true nor false.
    """
    again = body.get("again", False)
    if not isinstance(again, bool):
        raise BadRequest("again must be true or false.")
    return again


def read_device(kind: Any) -> DeviceKind | None:
    """Read which telephone an agent wants, None for the seat's own, or raise BadRequest."""
    if kind is None:
        return None
    if kind not in tuple(DeviceKind):
        raise BadRequest("device must be browser, sip or phone.")
    return DeviceKind(kind)


def read_text(value: Any, name: str, *, most: int = 256, empty: bool = False) -> str:
    """Read a text of bounded length that UTF-8 can carry, or raise BadRequest."""
    if not isinstance(value, str) or len(value) > most or not (value or empty):
        raise BadRequest(f"{name} must be text of {0 if empty else 1} to {most} characters.")
    if not is_carried(value):
        raise BadRequest(f"{name} has half a character (a lone surrogate), which UTF-8 cannot carry.")
    return value


def _number(value: Any, name: str) -> int:
    if not is_number(value):
        raise BadRequest(f"{name} must be a whole number.")
    return int(value)
