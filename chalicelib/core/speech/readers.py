"""What a form accepts: each reader turns a business system's text into a value, or refuses it with a reason.

A reason never quotes the text: it may be a card number, and reasons reach logs.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from itertools import pairwise

from chalicelib.core.ground.values import dataclass

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
PLATE_ENDINGS = "挂学警港澳领"
LONGEST_TEXT = 500
LONGEST_NAME = 40
LONGEST_DURATION = timedelta(days=9999)

_NUMBER = re.compile(r"([+\-−]?)([0-9]{1,16}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{1,9}))?")
_KEYS = re.compile(r"[0-9*#]{1,64}")
_PHONE = re.compile(r"(\+|00)?([0-9]{2,20})(?:(?:ext|x|转|#)([0-9]{1,6}))?", re.IGNORECASE)
_WAYBILL = re.compile(r"[A-Z0-9]{1,40}")
_PLATE = re.compile(rf"[{PROVINCES}]?[A-Z0-9]{{3,8}}[{PLATE_ENDINGS}]?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?")
_MOMENT = re.compile(rf"{_DATE.pattern}[T ]{_TIME.pattern}(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?")
_DURATION = re.compile(
    r"P(?=.)(?:([0-9]{1,4})D)?(?:T(?=.)(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,8})S)?)?",
)
_AREA_AND_LINE = re.compile(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))([0-9]{5,8})")
_CHINESE_WITHOUT_AREA = re.compile(r"0.*|1[3-9][0-9]{9}|[48]00[0-9]{7}|[0-9]{1,5}")
_SHORT_NUMBER = 5


class Unreadable(ValueError):
    """The text does not fit the form; the message says why, never what it was."""


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number with its decimals as they were written."""

    negative: bool
    whole: int
    decimals: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in the groups in which people say it."""

    international: bool
    groups: tuple[str, ...]
    extension: str = ""


def number(text: str) -> Number:
    """A number below ten thousand billion: optional sign, thousands commas and decimals."""
    match = _NUMBER.fullmatch(_folded(text))
    if not match:
        raise Unreadable("it is not a decimal number of at most 16 digits")
    sign, integer, decimals = match.groups(default="")
    nothing = not (integer + decimals).strip("0,")
    return Number(sign in ("-", "−") and not nothing, int(integer.replace(",", "")), decimals)


def whole(text: str) -> int:
    """A number with neither sign nor decimals."""
    value = number(text)
    if value.negative or value.decimals:
        raise Unreadable("it is not a whole number from 0 upwards")
    return value.whole


def rank(text: str) -> int:
    """A place in an order, from 1."""
    place = whole(text)
    if place == 0:
        raise Unreadable("an order begins with 1")
    return place


def money(text: str) -> Number:
    """An amount with exactly two decimals, or with none when they are zeros."""
    value = number(text)
    decimals = value.decimals.rstrip("0")
    if len(decimals) > len("分角"):
        raise Unreadable("it has more than two decimals")
    return Number(value.negative, value.whole, decimals.ljust(2, "0") if decimals else "")


def percent(text: str) -> Number:
    """A percentage: 50 and 50% mean the same."""
    return number(_folded(text).removesuffix("%"))


def temperature(text: str) -> Number:
    """Degrees Celsius, with or without the sign for them."""
    return number(_folded(text).removesuffix("C").removesuffix("°"))


def key(text: str) -> str:
    """One key of a telephone."""
    pressed = _folded(text)
    if len(pressed) != 1 or not _KEYS.fullmatch(pressed):
        raise Unreadable("it is not one key of a telephone")
    return pressed


def digits(text: str) -> tuple[str, ...]:
    """Digits (also * and #) in groups; spaces and hyphens do not count."""
    keys = _compact(text)
    if not _KEYS.fullmatch(keys):
        raise Unreadable("it is not made of 1 to 64 digits")
    return _groups(keys)


def phone(text: str) -> Phone:
    """A telephone number; one of China's own loses its country code and gets back its area code's 0."""
    match = _PHONE.fullmatch(_compact(text, "- .()"))
    if not match:
        raise Unreadable("it is not a telephone number of 2 to 20 digits")
    prefix, line, extension = match.groups(default="")
    if prefix and line.startswith("86"):
        return Phone(international=False, groups=_chinese_line(line), extension=extension)
    if prefix:
        return Phone(international=True, groups=_foreign_groups(line), extension=extension)
    return Phone(international=False, groups=_phone_groups(line), extension=extension)


def waybill(text: str) -> tuple[str, ...]:
    """Runs of letters, and digits in groups, in their order."""
    label = _compact(text).upper()
    if not _WAYBILL.fullmatch(label):
        raise Unreadable("it is not made of 1 to 40 letters A to Z and digits")
    runs = re.findall(r"[A-Z]+|[0-9]+", label)
    return tuple(part for run in runs for part in (_groups(run) if run[0].isdigit() else (run,)))


def plate(text: str) -> tuple[str, ...]:
    """A number plate's characters one by one, its digits in runs."""
    label = _compact(text, "- ·•").upper()
    if not _PLATE.fullmatch(label):
        raise Unreadable("it is not a number plate: a province, then 3 to 8 letters and digits")
    return tuple(re.findall(r"[0-9]+|.", label))


def day(text: str) -> datetime:
    """An ISO 8601 date, alone or with a time."""
    folded = _folded(text)
    return _parsed(f"{folded}T00:00") if _DATE.fullmatch(folded) else moment(folded)


def clock(text: str) -> datetime:
    """A time of day such as 14:05, alone or at the end of an ISO 8601 datetime."""
    folded = _folded(text)
    return _parsed(f"{date.min.isoformat()}T{folded}") if _TIME.fullmatch(folded) else moment(folded)


def moment(text: str) -> datetime:
    """An ISO 8601 date with a time, with or without an offset."""
    folded = _folded(text)
    if not _MOMENT.fullmatch(folded):
        raise Unreadable("it is not written in ISO 8601, such as 2026-03-05T14:05:00+08:00")
    return _parsed(folded)


def duration(text: str) -> timedelta:
    """Whole seconds, or an ISO 8601 duration of days, hours, minutes and seconds."""
    match = _DURATION.fullmatch(_folded(text))
    if match:
        days, hours, minutes, seconds = map(int, match.groups(default="0"))
    else:
        days, hours, minutes, seconds = 0, 0, 0, whole(text)
    if days * 86400 + hours * 3600 + minutes * 60 + seconds > LONGEST_DURATION.total_seconds():
        raise Unreadable(f"it is longer than {LONGEST_DURATION.days} days")
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def plain_text(text: str) -> str:
    """The text without control characters, on one line, cut at 500 characters."""
    spaced = " ".join(text.split())
    visible = "".join(char for char in spaced if not unicodedata.category(char).startswith("C"))
    return _something(visible[:LONGEST_TEXT].strip())


def name(text: str) -> str:
    """A person's or firm's name: letters, digits and what joins them, cut at 40 characters."""
    kept = "".join(char if char.isalnum() or char in "·-'. " else " " for char in plain_text(_folded(text)))
    return _something(" ".join(kept.split())[:LONGEST_NAME])


def _something(text: str) -> str:
    if not text:
        raise Unreadable("there is nothing in it to say")
    return text


def _folded(text: str) -> str:
    """Full-width digits and letters become plain ones: Chinese systems send both."""
    return unicodedata.normalize("NFKC", text).strip()


def _compact(text: str, separators: str = "- ") -> str:
    return "".join(char for char in _folded(text) if char not in separators)


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("there is no such day or time") from None


def _groups(keys: str) -> tuple[str, ...]:
    """Groups of at most four, as equal as can be, the shorter ones first: 11 digits are 3, 4 and 4."""
    count = -(-len(keys) // 4)
    cuts = [len(keys) * place // count for place in range(count + 1)]
    return tuple(keys[start:end] for start, end in pairwise(cuts))


def _chinese_line(line: str) -> tuple[str, ...]:
    """The groups of a line written with China's country code."""
    national = line.removeprefix("86")
    return _phone_groups(national if _CHINESE_WITHOUT_AREA.fullmatch(national) else "0" + national)


def _phone_groups(line: str) -> tuple[str, ...]:
    if len(line) <= _SHORT_NUMBER:
        return (line,)
    located = _AREA_AND_LINE.fullmatch(line)
    return (located[1], *_phone_groups(located[2])) if located else _groups(line)


def _foreign_groups(line: str) -> tuple[str, ...]:
    """North American numbers keep their country code apart; of others its length is not known."""
    if re.fullmatch(r"1[0-9]{10}", line):
        return (line[0], *_groups(line[1:]))
    return _groups(line)
