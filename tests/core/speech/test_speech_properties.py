from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.speech import readers
from chalicelib.core.speech.forms import CHINESE, ENGLISH, FORMS, LANGUAGES, UnspeakableValue, say

ONES = {word: value for value, word in enumerate("零一二三四五六七八九")} | {"两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}
SPELLED = str.maketrans("零幺二三四五六七八九", "0123456789")

whole_numbers = st.integers(0, 10**16 - 1) | st.integers(0, 30_000) | st.integers(0, 15).map(lambda n: 10**n)
moments = st.datetimes(datetime(1000, 1, 1), datetime(9998, 1, 1))  # noqa: DTZ001 - local moments
PLAIN = {
    "number": whole_numbers.map(str) | st.decimals(-(10**9), 10**9, places=3).map(lambda n: f"{n:f}"),
    "count": whole_numbers.map(str),
    "ordinal": whole_numbers.map(lambda n: str(n + 1)).filter(lambda n: len(n) < 17),
    "money": st.decimals(-(10**9), 10**9, places=2).map(lambda n: f"{n:f}"),
    "percent": st.integers(-1000, 1000).map(str),
    "temperature": st.integers(-100, 100).map(str),
    "digits": st.text("0123456789*#", min_size=1, max_size=64),
    "key": st.sampled_from("0123456789*#"),
    "phone": st.tuples(st.sampled_from(["", "+", "00"]), st.text("0123456789", min_size=2, max_size=18)).map("".join),
    "waybill": st.text("0123456789ABCXYZ", min_size=1, max_size=40),
    "plate": st.text("0123456789ABCXYZ", min_size=3, max_size=8).map(lambda plate: "粤" + plate),
    "date": moments.map(lambda moment: moment.date().isoformat()),
    "time": moments.map(lambda moment: moment.time().isoformat("minutes")),
    "datetime": moments.map(datetime.isoformat),
    "hour": moments.map(datetime.isoformat),
    "minute": moments.map(datetime.isoformat),
    "duration": st.integers(0, 10**8).map(str),
}
spoken_values = st.sampled_from(sorted(PLAIN)).flatmap(lambda form: st.tuples(st.just(form), PLAIN[form]))

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no defect


def understood(words):
    """The number that a listener takes from the words."""
    for name, unit in reversed(MYRIADS.items()):
        if name in words:
            high, _, low = words.rpartition(name)
            return understood(high) * unit + understood(low)
    total, digit = 0, None
    for word in words:
        if word in ONES:
            digit = ONES[word]
        else:
            total += (1 if digit is None else digit) * TENS[word]
            digit = 0
    return total + (digit or 0)


@patient
@given(whole_numbers)
def test_a_listener_understands_the_number_that_was_said(number):
    assert understood(say(str(number), "number", CHINESE)) == number
    assert understood(say(str(number), "count", CHINESE)) == number


@patient
@given(whole_numbers)
def test_number_words_are_never_awkward(number):
    words = say(str(number), "number", CHINESE)
    assert "零零" not in words
    assert words == "零" or not words.endswith("零")
    assert "两十" not in words
    assert "两" not in words[1:]


@patient
@given(spoken_values)
def test_chinese_leaves_no_digit_for_the_voice_to_guess_at(spoken):
    form, value = spoken
    words = say(value, form, CHINESE)
    assert words
    assert not any(char in "0123456789" for char in words)


@patient
@given(spoken_values)
def test_english_says_every_value_that_chinese_says(spoken):
    form, value = spoken
    words = say(value, form, ENGLISH)
    assert words
    assert words.isascii()


@patient
@given(st.sampled_from(["digits", "waybill", "phone"]), st.text("0123456789", min_size=1, max_size=19))
def test_no_digit_is_lost_or_moved_between_the_groups(form, digits):
    digits = "9" + digits
    said = say(digits, form, CHINESE).replace("\N{FULLWIDTH COMMA}", "")
    assert said.translate(SPELLED) == digits


@patient
@given(st.text("0123456789", min_size=6, max_size=64))
def test_groups_of_a_long_number_hold_three_or_four_digits(digits):
    assert {len(group) for group in readers.digits(digits)} <= {3, 4}


@patient
@given(st.timedeltas(timedelta(0), timedelta(days=9999)))
def test_an_iso_duration_and_its_seconds_sound_the_same(length):
    seconds = int(length.total_seconds())
    iso = f"P{length.days}DT{length.seconds}S"
    assert say(iso, "duration", CHINESE) == say(str(seconds), "duration", CHINESE)


@patient
@given(st.text(), st.sampled_from(sorted(FORMS)), st.sampled_from(LANGUAGES))
def test_any_text_at_all_is_either_said_or_refused(value, form, language):
    try:
        words = say(value, form, language, zone="Asia/Shanghai")
    except UnspeakableValue:
        return
    assert words.strip()
    assert words.isprintable()
