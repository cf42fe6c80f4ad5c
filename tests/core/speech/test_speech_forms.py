import traceback

import pytest

from chalicelib.core.speech.forms import CHINESE, ENGLISH, FORMS, LANGUAGES, UnspeakableValue, say

SPELLED = "zero one two three four five six seven eight nine"
WORDS = str.maketrans({str(digit): word for digit, word in enumerate(SPELLED.split())})


def hears(value, form, chinese, english):
    assert say(value, form, CHINESE) == chinese.replace(",", "\N{FULLWIDTH COMMA}")
    assert say(value, form, ENGLISH) == english


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("0", "零", "0"),
        ("2", "二", "2"),
        ("10", "十", "10"),
        ("12", "十二", "12"),
        ("20", "二十", "20"),
        ("22", "二十二", "22"),
        ("101", "一百零一", "101"),
        ("110", "一百一十", "110"),
        ("200", "两百", "200"),
        ("1200", "一千二百", "1,200"),
        ("2000", "两千", "2,000"),
        ("2026", "两千零二十六", "2,026"),
        ("10001", "一万零一", "10,001"),
        ("20000", "两万", "20,000"),
        ("120000", "十二万", "120,000"),
        ("2220000", "两百二十二万", "2,220,000"),
        ("1001000", "一百万一千", "1,001,000"),
        ("100000001", "一亿零一", "100,000,001"),
        ("100100000", "一亿零一十万", "100,100,000"),
        ("200000000", "两亿", "200,000,000"),
        ("1000000000000", "一万亿", "1,000,000,000,000"),
        ("-3", "负三", "minus 3"),
        ("-0", "零", "0"),
        ("-0.0", "零点零", "0.0"),
        ("3.14", "三点一四", "3.14"),
        ("-200.50", "负两百点五零", "minus 200.50"),
        ("1,234,567", "一百二十三万四千五百六十七", "1,234,567"),
        (" １２ ", "十二", "12"),
    ],
)
def test_a_number_is_read_as_a_quantity(value, chinese, english):
    hears(value, "number", chinese, english)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("1", "一", "1"),
        ("2", "两", "2"),
        ("12", "十二", "12"),
        ("22", "二十二", "22"),
        ("200", "两百", "200"),
    ],
)
def test_before_a_measure_word_two_is_liang(value, chinese, english):
    hears(value, "count", chinese, english)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("1", "第一", "1st"),
        ("2", "第二", "2nd"),
        ("3", "第三", "3rd"),
        ("11", "第十一", "11th"),
        ("12", "第十二", "12th"),
        ("21", "第二十一", "21st"),
        ("112", "第一百一十二", "112th"),
        ("200", "第二百", "200th"),
    ],
)
def test_a_place_in_an_order_never_says_liang(value, chinese, english):
    hears(value, "ordinal", chinese, english)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("12.50", "十二元五角", "12 yuan 50"),
        ("12.5", "十二元五角", "12 yuan 50"),
        ("12.500", "十二元五角", "12 yuan 50"),
        ("12.05", "十二元零五分", "12 yuan 05"),
        ("12.34", "十二元三角四分", "12 yuan 34"),
        ("2", "两元", "2 yuan"),
        ("0.20", "两角", "0 yuan 20"),
        ("0.02", "两分", "0 yuan 02"),
        ("0", "零元", "0 yuan"),
        ("100.00", "一百元", "100 yuan"),
        ("10001", "一万零一元", "10,001 yuan"),
        ("-8.80", "负八元八角", "minus 8 yuan 80"),
    ],
)
def test_money_is_read_in_yuan_jiao_and_fen(value, chinese, english):
    hears(value, "money", chinese, english)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("50", "百分之五十", "50 percent"),
        ("50%", "百分之五十", "50 percent"),
        ("2", "百分之二", "2 percent"),
        ("-3.5", "负百分之三点五", "minus 3.5 percent"),
    ],
)
def test_a_percentage_is_so_many_of_a_hundred(value, chinese, english):
    hears(value, "percent", chinese, english)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("-3", "零下三摄氏度", "minus 3 degrees Celsius"),
        ("-3°C", "零下三摄氏度", "minus 3 degrees Celsius"),
        ("2℃", "两摄氏度", "2 degrees Celsius"),
        ("1", "一摄氏度", "1 degree Celsius"),
        ("36.5", "三十六点五摄氏度", "36.5 degrees Celsius"),
    ],
)
def test_frost_is_degrees_below_zero(value, chinese, english):
    hears(value, "temperature", chinese, english)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("110", "幺幺零", "1 1 0"),
        ("10086", "幺零零八六", "1 0 0 8 6"),
        ("83366857", "八三三六,六八五七", "8 3 3 6, 6 8 5 7"),
        ("13800138000", "幺三八,零零幺三,八零零零", "1 3 8, 0 0 1 3, 8 0 0 0"),
        ("138 0013-8000", "幺三八,零零幺三,八零零零", "1 3 8, 0 0 1 3, 8 0 0 0"),
        ("+8613800138000", "幺三八,零零幺三,八零零零", "1 3 8, 0 0 1 3, 8 0 0 0"),
        ("(0755) 2345678", "零七五五,二三四,五六七八", "0 7 5 5, 2 3 4, 5 6 7 8"),
        ("+862083366857", "零二零,八三三六,六八五七", "0 2 0, 8 3 3 6, 6 8 5 7"),
        ("0086 10086", "幺零零八六", "1 0 0 8 6"),
        ("021-95588", "零二幺,九五五八八", "0 2 1, 9 5 5 8 8"),
        ("4008208820", "四零零,八二零,八八二零", "4 0 0, 8 2 0, 8 8 2 0"),
        ("+12125550123", "加幺,二幺二,五五五,零幺二三", "plus 1, 2 1 2, 5 5 5, 0 1 2 3"),
        ("+4930123456", "加四九三,零幺二,三四五六", "plus 4 9 3, 0 1 2, 3 4 5 6"),
        ("83366857转801", "八三三六,六八五七,转八零幺", "8 3 3 6, 6 8 5 7, extension 8 0 1"),
    ],
)
def test_a_telephone_number_is_read_in_the_groups_people_use(value, chinese, english):
    hears(value, "phone", chinese, english.translate(WORDS))


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("1", "幺", "one"),
        ("12345", "幺二,三四五", "one two, three four five"),
        ("6222 0212", "六二二二,零二幺二", "six two two two, zero two one two"),
        ("12*#", "幺二星井", "one two star pound"),
    ],
)
def test_digits_are_read_one_by_one_in_groups(value, chinese, english):
    hears(value, "digits", chinese, english)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("6012345678", "六零幺,二三四,五六七八", "six zero one, two three four, five six seven eight"),
        ("sf-1234567", "S F,幺二三,四五六七", "S F, one two three, four five six seven"),
        ("A1B", "A,幺,B", "A, one, B"),
    ],
)
def test_a_waybill_number_is_read_letter_by_letter_and_digit_by_digit(value, chinese, english):
    hears(value, "waybill", chinese, english)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("京A12345", "京 A 幺二三四五", "Jing, A, one two three four five"),
        ("粤B·D12345", "粤 B D 幺二三四五", "Yue, B, D, one two three four five"),
        ("沪a1b23挂", "沪 A 幺 B 二三 挂", "Hu, A, one, B, two three, trailer"),
    ],
)
def test_a_number_plate_is_read_with_its_province(value, chinese, english):
    hears(value, "plate", chinese, english)


@pytest.mark.parametrize(
    ("value", "form", "chinese", "english"),
    [
        ("2026-03-05", "date", "二零二六年三月五日", "March 5, 2026"),
        ("2016-12-22T08:00", "date", "二零一六年十二月二十二日", "December 22, 2016"),
        ("14:05", "time", "下午两点零五分", "2:05 PM"),
        ("14:05:59", "time", "下午两点零五分", "2:05 PM"),
        ("00:00", "time", "凌晨零点", "12:00 AM"),
        ("02:02", "time", "凌晨两点零二分", "2:02 AM"),
        ("07:30", "time", "早上七点三十分", "7:30 AM"),
        ("10:10", "time", "上午十点十分", "10:10 AM"),
        ("12:00", "time", "中午十二点", "12:00 PM"),
        ("13:00", "time", "下午一点", "1:00 PM"),
        ("20:22", "time", "晚上八点二十二分", "8:22 PM"),
        ("2026-03-05T14:05:00", "datetime", "二零二六年三月五日下午两点零五分", "March 5, 2026 at 2:05 PM"),
        ("2026-03-05 14:05", "hour", "二零二六年三月五日十四时", "March 5, 2026 at 2 PM"),
        ("2026-03-05T02:05", "hour", "二零二六年三月五日两时", "March 5, 2026 at 2 AM"),
        ("2026-03-06T09:30:00+08:00", "minute", "三月六日九时三十分", "March 6 at 9:30 AM"),
        ("2026-03-06T09:00:00+08:00", "minute", "三月六日九时", "March 6 at 9:00 AM"),
    ],
)
def test_days_and_times_are_read_as_people_say_them(value, form, chinese, english):
    hears(value, form, chinese, english)


def test_a_moment_with_an_offset_is_said_in_the_zone_of_the_business():
    sent_at = "2026-03-05T23:30:00Z"
    assert say(sent_at, "minute", CHINESE, zone="Asia/Shanghai") == "三月六日七时三十分"
    assert say(sent_at, "date", ENGLISH, zone="America/New_York") == "March 5, 2026"
    assert say(sent_at, "minute", CHINESE) == "三月五日二十三时三十分"


def test_a_moment_without_an_offset_is_local_already():
    assert say("2026-03-05T23:30", "minute", CHINESE, zone="America/New_York") == "三月五日二十三时三十分"


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("0", "零秒", "0 seconds"),
        ("61", "一分钟一秒", "1 minute 1 second"),
        ("120", "两分钟", "2 minutes"),
        ("PT2H", "两小时", "2 hours"),
        ("PT90M", "一小时三十分钟", "1 hour 30 minutes"),
        ("P2DT3H", "两天三小时", "2 days 3 hours"),
    ],
)
def test_a_duration_is_said_in_its_units(value, chinese, english):
    hears(value, "duration", chinese, english)


@pytest.mark.parametrize(
    ("value", "chinese", "english"), [("1", "一", "one"), ("*", "星号键", "star"), ("#", "井号键", "pound")]
)
def test_a_key_to_press_is_named(value, chinese, english):
    hears(value, "key", chinese, english)


def test_text_loses_control_characters_and_line_breaks_and_is_cut():
    assert say(" two\r\nlines\x00\x1b[31m \u202eend", "text", ENGLISH) == "two lines[31m end"
    assert len(say("很" * 10_000, "text", CHINESE)) == 500


def test_a_name_keeps_letters_and_what_joins_them():
    assert say("李总", "name", CHINESE) == "李总"
    assert say("Anne-Marie O'Neill <b>", "name", ENGLISH) == "Anne-Marie O'Neill b"
    assert len(say("n" * 1000, "name", ENGLISH)) == 40


WRONG = [
    ("number", "twelve"),
    ("number", "1e5"),
    ("number", "12345678901234567"),
    ("number", "1,23"),
    ("number", "٣"),
    ("count", "-1"),
    ("count", "1.5"),
    ("ordinal", "0"),
    ("money", "1.234"),
    ("percent", "%"),
    ("temperature", "warm"),
    ("digits", "12a"),
    ("digits", "3.14"),
    ("digits", "1" * 65),
    ("key", "12"),
    ("key", "A"),
    ("phone", "anonymous"),
    ("phone", "7"),
    ("waybill", "SF_123"),
    ("waybill", "运单"),
    ("plate", "12"),
    ("plate", "火A12345"),
    ("date", "2026-02-30"),
    ("date", "05.03.2026"),
    ("time", "24:01"),
    ("time", "two"),
    ("datetime", "2026-03-05"),
    ("hour", "20260305T140500"),
    ("minute", "2026-13-05T14:05"),
    ("duration", "-60"),
    ("duration", "PT"),
    ("duration", "P9999DT24H"),
    ("text", "\x00"),
    ("name", "<>"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("form", "value"), [*WRONG, *((form, "") for form in FORMS)])
def test_a_value_that_does_not_fit_its_form_is_refused_without_being_quoted(form, value, language):
    with pytest.raises(UnspeakableValue, match=form) as refusal:
        say(value, form, language)
    told = "".join(traceback.format_exception(refusal.value))
    assert len(value) < 3 or f"'{value}'" not in told


def test_a_card_number_in_the_wrong_place_stays_out_of_the_error():
    card = "6222021234567890123"
    with pytest.raises(UnspeakableValue) as refusal:
        say(card, "money", CHINESE)
    assert card not in "".join(traceback.format_exception(refusal.value))


def test_an_unknown_form_language_or_zone_is_refused_by_name():
    with pytest.raises(UnspeakableValue, match="there is no such form"):
        say("1", "roman", CHINESE)
    with pytest.raises(UnspeakableValue, match="fr-FR"):
        say("1", "number", "fr-FR")
    for zone in ("Asia/Atlantis", "../etc/passwd", "Asia"):
        with pytest.raises(UnspeakableValue, match="time zone"):
            say("2026-03-05T14:05:00Z", "hour", CHINESE, zone=zone)


def test_a_moment_that_leaves_the_calendar_on_its_way_to_the_zone_is_refused():
    with pytest.raises(UnspeakableValue, match="calendar"):
        say("9999-12-31T23:59:00Z", "hour", CHINESE, zone="Asia/Shanghai")


def test_every_form_speaks_every_language():
    assert {form: tuple(how.speak) for form, how in FORMS.items()} == dict.fromkeys(FORMS, LANGUAGES)
