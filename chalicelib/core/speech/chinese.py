"""How Mandarin says a value.

Numbers that count are read 一二三; numbers that name (telephones, plates, waybills) are read digit by digit
with 幺 for 1, because 一 and 七 sound alike on a bad line. 两 replaces 二 before a measure word, and where a
number begins with two hundreds, thousands or more.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from chalicelib.core.speech.readers import Number, Phone

_DIGITS = "零一二三四五六七八九"
_COUNTED = str.maketrans("0123456789", _DIGITS)
_SPELLED = str.maketrans("0123456789*#", "零幺二三四五六七八九星井")
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))
_PARTS_OF_DAY = ((18, "晚上"), (13, "下午"), (12, "中午"), (8, "上午"), (5, "早上"), (0, "凌晨"))


def number(value: Number) -> str:
    """-3.50 is 负三点五零."""
    return ("负" if value.negative else "") + _decimal(value)


def count(value: int) -> str:
    """The number before a measure word: 2 is 两, 12 is 十二."""
    return _measured(Number(negative=False, whole=value))


def ordinal(value: int) -> str:
    """2 is 第二, 200 is 第二百: an order never says 两."""
    return "第" + _without_leading_one(_cardinal(value))


def money(value: Number) -> str:
    """12.50 is 十二元五角, 12.05 is 十二元零五分."""
    tens, ones = map(int, value.decimals or "00")
    cents = (_amount(tens, "角") if tens else "") + (_amount(ones, "分") if ones else "")
    yuan = _amount(value.whole, "元") if value.whole or not cents else ""
    gap = "零" if yuan and ones and not tens else ""
    return ("负" if value.negative else "") + yuan + gap + cents


def percent(value: Number) -> str:
    """50 is 百分之五十."""
    return ("负" if value.negative else "") + "百分之" + _decimal(value)


def temperature(value: Number) -> str:
    """-3 is 零下三摄氏度."""
    return ("零下" if value.negative else "") + _measured(value) + "摄氏度"


def key(pressed: str) -> str:
    """A key to press: 1 is 一, * is 星号键."""
    return {"*": "星号键", "#": "井号键"}.get(pressed) or pressed.translate(_COUNTED)


def spelled(groups: Iterable[str]) -> str:
    """Letter by letter and digit by digit, a short rest after each group."""
    return "，".join(_spelled(group) for group in groups)


def phone(line: Phone) -> str:
    """The groups, 加 before a foreign number and 转 before an extension."""
    extension = "，转" + _spelled(line.extension) if line.extension else ""
    return ("加" if line.international else "") + spelled(line.groups) + extension


def plate(parts: Iterable[str]) -> str:
    """京A12345 is 京 A 幺二三四五."""
    return " ".join(_spelled(part) for part in parts)


def date(moment: datetime) -> str:
    """2026-03-05 is 二零二六年三月五日."""
    return f"{moment.year:04d}年".translate(_COUNTED) + _month_and_day(moment)


def time(moment: datetime) -> str:
    """14:05 is 下午两点零五分."""
    part = next(name for start, name in _PARTS_OF_DAY if moment.hour >= start)
    twelve = moment.hour - 12 if moment.hour > 12 else moment.hour  # noqa: PLR2004 - the clock's own twelve
    return part + _amount(twelve, "点") + _past_the_hour(moment)


def date_and_time(moment: datetime) -> str:
    """二零二六年三月五日下午两点零五分."""
    return date(moment) + time(moment)


def hour(moment: datetime) -> str:
    """To the hour, on the 24-hour clock: 二零二六年三月五日十四时."""
    return date(moment) + _amount(moment.hour, "时")


def minute(moment: datetime) -> str:
    """To the minute, on the 24-hour clock, without the year: 三月五日十四时零五分."""
    return _month_and_day(moment) + _amount(moment.hour, "时") + _past_the_hour(moment)


def duration(length: timedelta) -> str:
    """125 seconds are 两分钟五秒."""
    minutes, seconds = divmod(length.seconds, 60)
    amounts = ((length.days, "天"), (minutes // 60, "小时"), (minutes % 60, "分钟"), (seconds, "秒"))
    return "".join(_amount(amount, unit) for amount, unit in amounts if amount) or "零秒"


def _cardinal(value: int) -> str:
    """The full reading, with 一十 and 二 everywhere: one 零 for each gap, none at the end."""
    for unit, name in _UNITS:
        if value >= unit:
            high, low = divmod(value, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return _cardinal(high) + name + gap + (_cardinal(low) if low else "")
    return _DIGITS[value]


def _without_leading_one(words: str) -> str:
    return words[1:] if words.startswith("一十") else words


def _counted(value: int) -> str:
    words = _without_leading_one(_cardinal(value))
    return "两" + words[1:] if words[0] == "二" and words[1:2] in tuple("百千万亿") else words


def _decimal(value: Number) -> str:
    tail = "点" + value.decimals.translate(_COUNTED) if value.decimals else ""
    return _counted(value.whole) + tail


def _measured(value: Number) -> str:
    words = _decimal(value)
    return "两" if words == "二" else words


def _amount(value: int, unit: str) -> str:
    return count(value) + unit


def _spelled(group: str) -> str:
    """Digits run together; letters stand apart, or a voice tries to read them as a word."""
    return (" ".join(group) if group.isascii() and group.isalpha() else group).translate(_SPELLED)


def _month_and_day(moment: datetime) -> str:
    return f"{_counted(moment.month)}月{_counted(moment.day)}日"


def _past_the_hour(moment: datetime) -> str:
    if not moment.minute:
        return ""
    gap = "零" if moment.minute < 10 else ""  # noqa: PLR2004 - one digit
    return f"{gap}{_counted(moment.minute)}分"
