"""How American English says a value.

Whole numbers keep their digits, with commas: a voice reads 2,026 as a number and 2026 as a year. What is
spelled is spelled in words, because no voice agrees with another about a lone 0.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from chalicelib.core.speech.readers import Number, Phone

_KEYS = "0zero 1one 2two 3three 4four 5five 6six 7seven 8eight 9nine *star #pound"
_PLATES = (
    "京Jing 津Jin 沪Hu 渝Yu 冀Ji 豫Yu 云Yun 辽Liao 黑Hei 湘Xiang 皖Wan 鲁Lu 新Xin 苏Su 浙Zhe 赣Gan 鄂E 桂Gui "
    "甘Gan 晋Jin 蒙Meng 陕Shaan 吉Ji 闽Min 贵Gui 粤Yue 青Qing 藏Zang 川Chuan 宁Ning 琼Qiong 使embassy "
    "挂trailer 学learner 警police 港Hong-Kong 澳Macau 领consulate"
)
_MONTHS = "January February March April May June July August September October November December"

_SPELLED = {entry[0]: entry[1:] for entry in f"{_KEYS} {_PLATES}".split()}
_MONTH_NAMES = _MONTHS.split()
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}  # codespell:ignore nd


def number(value: Number) -> str:
    """-1234.50 is minus 1,234.50."""
    tail = "." + value.decimals if value.decimals else ""
    return ("minus " if value.negative else "") + count(value.whole) + tail


def count(value: int) -> str:
    """1234 is 1,234."""
    return f"{value:,}"


def ordinal(value: int) -> str:
    """2 is 2nd, 11 is 11th."""
    teen = value // 10 % 10 == 1
    return f"{value:,}" + ("th" if teen else _ENDINGS.get(value % 10, "th"))


def money(value: Number) -> str:
    """12.50 is 12 yuan 50."""
    fen = f" {value.decimals}" if value.decimals else ""
    return number(Number(value.negative, value.whole)) + " yuan" + fen


def percent(value: Number) -> str:
    """50 is 50 percent."""
    return number(value) + " percent"


def temperature(value: Number) -> str:
    """-3 is minus 3 degrees Celsius."""
    one = value.whole == 1 and not value.decimals
    return number(value) + (" degree" if one else " degrees") + " Celsius"


def key(pressed: str) -> str:
    """A key to press: 1 is one, # is pound."""
    return _SPELLED[pressed]


def spelled(groups: Iterable[str]) -> str:
    """Letter by letter and digit by digit, a short rest after each group."""
    return ", ".join(_spelled(group) for group in groups)


def phone(line: Phone) -> str:
    """The groups, plus before a foreign number and the extension at the end."""
    extension = ", extension " + _spelled(line.extension) if line.extension else ""
    return ("plus " if line.international else "") + spelled(line.groups) + extension


def plate(parts: Iterable[str]) -> str:
    """京A12345 is Jing, A, one two three four five."""
    return spelled(parts)


def date(moment: datetime) -> str:
    """2026-03-05 is March 5, 2026."""
    return f"{_month_and_day(moment)}, {moment.year}"


def time(moment: datetime) -> str:
    """14:05 is 2:05 PM."""
    return f"{_twelve(moment)}:{moment.minute:02d} {_half(moment)}"


def date_and_time(moment: datetime) -> str:
    """March 5, 2026 at 2:05 PM."""
    return f"{date(moment)} at {time(moment)}"


def hour(moment: datetime) -> str:
    """To the hour: March 5, 2026 at 2 PM."""
    return f"{date(moment)} at {_twelve(moment)} {_half(moment)}"


def minute(moment: datetime) -> str:
    """To the minute, without the year: March 5 at 2:05 PM."""
    return f"{_month_and_day(moment)} at {time(moment)}"


def duration(length: timedelta) -> str:
    """125 seconds are 2 minutes 5 seconds."""
    minutes, seconds = divmod(length.seconds, 60)
    amounts = ((length.days, "day"), (minutes // 60, "hour"), (minutes % 60, "minute"), (seconds, "second"))
    return " ".join(_amount(amount, unit) for amount, unit in amounts if amount) or "0 seconds"


def _amount(value: int, unit: str) -> str:
    return f"{value:,} {unit}" + ("" if value == 1 else "s")


def _spelled(group: str) -> str:
    return " ".join(_SPELLED.get(char, char) for char in group)


def _month_and_day(moment: datetime) -> str:
    return f"{_MONTH_NAMES[moment.month - 1]} {moment.day}"


def _twelve(moment: datetime) -> int:
    return moment.hour % 12 or 12


def _half(moment: datetime) -> str:
    return "PM" if moment.hour >= 12 else "AM"  # noqa: PLR2004 - noon
