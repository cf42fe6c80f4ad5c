import pytest

from chalicelib.core.flow.expressions import Expression, read_expression
from chalicelib.core.flow.templates import NothingThere, Template, as_text, read_template
from chalicelib.core.ground.mistakes import Notes

SCENE = {"tags": {"CITY": "Ürümqi", "EMPTY": ""}, "plugin": {"count": 3.0, "list": [1], "yes": True}, "caller": "1"}


def template(text: str) -> Template:
    notes = Notes()
    read = read_template(text, notes)
    assert notes.found == []
    return read


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello.", "Hello."),
        ("To {{ tags.CITY }}!", "To <Ürümqi as text>!"),
        ("{{tags.CITY|name}}{{ plugin.count | number }}", "<Ürümqi as name><3 as number>"),
        ('{{ tags.NONE | plate, default: "your car" }}', "your car"),
        ('{{ tags.EMPTY, default: "" }}', ""),
        ("{{ plugin.yes }}", "<true as text>"),
        ("{ single } braces", "{ single } braces"),
    ],
)
def test_values_are_looked_up_and_said_in_their_form(text: str, said: str) -> None:
    assert template(text).spoken(SCENE, lambda value, form: f"<{value} as {form}>") == said


@pytest.mark.parametrize("text", ["{{ tags.NONE }}", "{{ tags.CITY.x }}", "{{ plugin.list }}", "{{ tags }}"])
def test_a_value_that_is_not_there_is_named_but_never_replaced_by_nothing(text: str) -> None:
    with pytest.raises(NothingThere, match=r"tags|plugin"):
        template(text).plain(SCENE)


def test_without_a_form_a_plain_value_stays_as_it_is() -> None:
    assert template("{{ tags.CITY }}-{{ plugin.count }}").plain(SCENE) == "Ürümqi-3"


def test_only_single_values_are_texts() -> None:
    assert [as_text(value) for value in (None, [], {}, 1, 1.5, 2.0, False, "a")] == [
        None, None, None, "1", "1.5", "2", "false", "a"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "holds"),
    [("tags.CITY", True), ("tags.EMPTY", False), ("tags.NONE", False), ("`0`", True), ("`[]`", False), ("`{}`", False)],
)
def test_a_condition_holds_as_jmespath_says(expression: str, *, holds: bool) -> None:
    assert Expression.of(expression).holds(SCENE) is holds


@pytest.mark.parametrize(
    ("expression", "unknown"),
    [
        ("tags.A == tag.B", "tag"),
        ("contains(resluts.x, 'a')", "resluts"),
        ("results.list[?kind == 'a'].name | [0]", None),
        ("results.list[*].{a: b}", None),
        ("{a: tagz.X}", "tagz"),
        ("sort_by(results.list, &age)[0]", None),
        ("entered", "entered"),
        ("!clok.hour", "clok"),
        ("plugin.found == false", "false"),
    ],
)
def test_names_that_nothing_answers_to_are_noticed(expression: str, unknown: str | None) -> None:
    notes = Notes()
    read_expression(expression, notes)
    assert [f"'{unknown}'" in mistake.message for mistake in notes.found] == ([True] if unknown else [])
