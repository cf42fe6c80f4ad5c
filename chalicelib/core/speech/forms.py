"""The forms in which a flow may have a value spoken, and the one function that speaks it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from chalicelib.core.ground.values import dataclass
from chalicelib.core.speech import chinese, english, readers

CHINESE = "zh-CN"
ENGLISH = "en-US"
LANGUAGES = (CHINESE, ENGLISH)

T = TypeVar("T")


class UnspeakableValue(ValueError):
    """The value cannot be said in the form asked for; the message names form and reason, never the value."""

    def __init__(self, form: str, reason: str) -> None:
        super().__init__(f"the value cannot be said as {form}: {reason}")
        self.form = form
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """How one kind of value is read, and how each language says it."""

    read: Callable[[str], T]
    speak: Mapping[str, Callable[[T], str]]


def _form(read: Callable[[str], T], zh: Callable[[T], str], en: Callable[[T], str]) -> Form[T]:
    return Form(read, {CHINESE: zh, ENGLISH: en})


FORMS: Mapping[str, Form[Any]] = {
    "text": _form(readers.plain_text, str, str),
    "name": _form(readers.name, str, str),
    "key": _form(readers.key, chinese.key, english.key),
    "digits": _form(readers.digits, chinese.spelled, english.spelled),
    "phone": _form(readers.phone, chinese.phone, english.phone),
    "waybill": _form(readers.waybill, chinese.spelled, english.spelled),
    "plate": _form(readers.plate, chinese.plate, english.plate),
    "number": _form(readers.number, chinese.number, english.number),
    "count": _form(readers.whole, chinese.count, english.count),
    "ordinal": _form(readers.rank, chinese.ordinal, english.ordinal),
    "money": _form(readers.money, chinese.money, english.money),
    "percent": _form(readers.percent, chinese.percent, english.percent),
    "temperature": _form(readers.temperature, chinese.temperature, english.temperature),
    "date": _form(readers.day, chinese.date, english.date),
    "time": _form(readers.clock, chinese.time, english.time),
    "datetime": _form(readers.moment, chinese.date_and_time, english.date_and_time),
    "hour": _form(readers.moment, chinese.hour, english.hour),
    "minute": _form(readers.moment, chinese.minute, english.minute),
    "duration": _form(readers.duration, chinese.duration, english.duration),
}


def say(value: str, form: str, language: str, zone: str | None = None) -> str:
    """The words for a value.

    Args:
        value: what the caller keyed in or the business system answered.
        form: a name in FORMS.
        language: zh-CN or en-US.
        zone: an IANA time zone such as Asia/Shanghai. A moment that carries an offset is said in that zone;
            one that carries none is taken to be local already.

    Raises:
        UnspeakableValue: form, language or zone is unknown, or the value does not fit the form.
    """
    speak, read = _speaker(form, language)
    try:
        return speak(_local(read(value), zone))
    except readers.Unreadable as refusal:
        raise UnspeakableValue(form, str(refusal)) from None


def _speaker(form: str, language: str) -> tuple[Callable[[Any], str], Callable[[str], Any]]:
    if form not in FORMS:
        raise UnspeakableValue(form, f"there is no such form; there are {', '.join(FORMS)}")
    if language not in LANGUAGES:
        raise UnspeakableValue(form, f"no voice speaks {language}; there are {', '.join(LANGUAGES)}")
    return FORMS[form].speak[language], FORMS[form].read


def _local(value: Any, zone: str | None) -> Any:
    if zone is None or not isinstance(value, datetime) or value.tzinfo is None:
        return value
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - 3 ms of a cold start that few values need

    try:
        return value.astimezone(ZoneInfo(zone))
    except OverflowError:
        raise readers.Unreadable("the moment is outside the calendar") from None
    except (KeyError, ValueError, OSError):
        raise readers.Unreadable(f"there is no time zone {zone}") from None
