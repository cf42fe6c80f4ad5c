from typing import Any

import pytest
from flow_examples import EVERYTHING, KNOWN, changed, everything, mistakes_of

from chalicelib.core.flow.model import CollectStep, Known, MenuStep
from chalicelib.core.flow.reading import FlowMistakes, read_flow
from chalicelib.core.ground.errors import BadRequest


def test_a_step_of_every_kind_is_read() -> None:
    flow = everything()
    assert flow.start == "welcome"
    assert list(flow.steps) == list(EVERYTHING["steps"])
    assert flow.languages == ("en-US",)


def test_what_is_left_out_has_its_default() -> None:
    pin, menu = everything().steps["ask_number"], everything().steps["choose"]
    assert isinstance(pin, CollectStep)
    assert (pin.attempts, pin.timeout, pin.digits.finish_on) == (3, 5, "#")
    assert isinstance(menu, MenuStep)
    assert menu.timeout == 5


def test_digits_of_one_length_need_no_finishing_key() -> None:
    pin = everything().steps["ask_pin"]
    assert isinstance(pin, CollectStep)
    assert pin.digits.finish_on == ""
    assert pin.digits.stop_after() == 4


MISTAKES = [
    ({"steps__choose__do": "meny"}, "steps.choose.do", "did you mean 'menu'"),
    ({"steps__choose__atempts": 2}, "steps.choose.atempts", "unknown field; did you mean 'attempts'"),
    ({"steps__choose__attempts": 0}, "steps.choose.attempts", "from 1 to 10"),
    ({"steps__choose__attempts": "3"}, "steps.choose.attempts", "whole number"),
    ({"steps__choose__on_timeout": None}, "steps.choose.on_timeout", "is missing"),
    ({"steps__choose__on_no_match": None}, "steps.choose.on_no_match", "is missing"),
    ({"steps__choose__keys": {}}, "steps.choose.keys", "1 to 12 entries"),
    ({"steps__choose__keys": {"12": "goodbye"}}, "steps.choose.keys.12", "one key"),
    ({"steps__choose__keys": {"1": "person", 1: "goodbye"}}, "steps.choose.keys.1", "given twice"),
    ({"steps__choose__prompt": 5}, "steps.choose.prompt", "must be a mapping"),
    ({"steps__choose__prompt": []}, "steps.choose.prompt", "1 to 20 parts"),
    ({"steps__tell__next": "satisfid"}, "steps.tell.next", "no step 'satisfid'; did you mean 'satisfied'"),
    ({"steps__greet__next__next": "chose"}, "steps.greet.next", "no step 'chose'; did you mean 'choose'"),
    ({"steps__balance__ask": "acount"}, "steps.balance.ask", "no plugin 'acount'; did you mean 'account'"),
    ({"steps__balance__on_failure": None}, "steps.balance.on_failure", "is missing"),
    ({"steps__balance__inputs__pins": "1"}, "steps.balance.inputs.pins", "did you mean 'pin'"),
    ({"steps__balance__inputs": {"pin": "{{ entered }}"}}, "steps.balance.inputs", "needs number too"),
    ({"steps__balance__into__NAME": "nam"}, "steps.balance.into.NAME", "did you mean 'name'"),
    ({"steps__balance__into": {"CALLERID": "name"}}, "steps.balance.into.CALLERID", "system's own"),
    (
        {"steps__balance__inputs__number": "{{ entered }}"},
        "steps.balance.inputs.number",
        "does not declare it sensitive",
    ),
    ({"steps__balance__inputs__number": "tags.ACCOUNT"}, "steps.balance.inputs.number", "{{ tags.ACCOUNT }}"),
    ({"steps__balance__inputs__number": [1]}, "steps.balance.inputs.number", "not a list"),
    ({"steps__person__queue": "servise"}, "steps.person.queue", "no queue 'servise'; did you mean 'service'"),
    ({"steps__person__max_wait": None}, "steps.person.on_timeout", "belong together"),
    ({"steps__person__on_full": None}, "steps.person.on_full", "is missing"),
    ({"steps__person__priority": 0}, "steps.person.priority", "from 1 to 9"),
    ({"steps__jingle__sound": "hold-musik"}, "steps.jingle.sound", "no sound"),
    ({"steps__welcome__text": {"sound": "bel"}}, "steps.welcome.text.sound", "did you mean 'bell'"),
    ({"steps__welcome__text": {"pause": 100}}, "steps.welcome.text.pause", "from 1 to 60"),
    ({"steps__welcome__text": "{{ tags.X"}, "steps.welcome.text", "without its partner"),
    ({"steps__welcome__text": "tags.X }}"}, "steps.welcome.text", "without its partner"),
    ({"steps__welcome__text": "{{ tags.X | plat }}"}, "steps.welcome.text", "did you mean 'plate'"),
    ({"steps__welcome__text": "{{ tgs.X }}"}, "steps.welcome.text", "did you mean 'tags'"),
    ({"steps__welcome__text": "{{ upper(tags.X) }}"}, "steps.welcome.text", "is not {{ name.name | form"),
    ({"steps__welcome__text": "{{ entered }}"}, "steps.welcome.text.en-US", "known only in"),
    ({"steps__tell__text": "{{ plugin.balanse }}"}, "steps.tell.text.en-US", "did you mean 'balance'"),
    ({"steps__tell__text": "{{ results.acount.name }}"}, "steps.tell.text.en-US", "did you mean 'account'"),
    ({"steps__tell__text": "{{ results.account.nam }}"}, "steps.tell.text.en-US", "did you mean 'name'"),
    ({"steps__welcome__text": {"en-US": "Hi", "zh-CN": "x"}}, "steps.welcome.text.zh-CN", "no language of this flow"),
    ({"steps__route__cases": []}, "steps.route.cases", "1 to 50 items"),
    ({"steps__route__cases": [{"when": "a ==", "next": "person"}]}, "steps.route.cases[0].when", "not JMESPath"),
    (
        {"steps__route__cases": [{"when": "tag.X == 'a'", "next": "night_desk"}]},
        "steps.route.cases[0].when",
        "did you mean 'tags'",
    ),
    ({"steps__route__otherwise": None}, "steps.route.otherwise", "is missing"),
    ({"steps__ask_number__into": None}, "steps.ask_number.into", "name the tag"),
    ({"steps__ask_number__into": "1X"}, "steps.ask_number.into", "a tag's name"),
    ({"steps__ask_number__digits__min": 9}, "steps.ask_number.digits.min", "more than max"),
    ({"steps__ask_number__digits__max": 33}, "steps.ask_number.digits.max", "from 1 to 32"),
    ({"steps__ask_number__digits__finish_on": "5"}, "steps.ask_number.digits.finish_on", "one of #, *, none"),
    ({"steps__ask_number__digits__pattern": "(1+)+"}, "steps.ask_number.digits.pattern", "simple regular expression"),
    ({"steps__ask_number__digits__pattern": "[1"}, "steps.ask_number.digits.pattern", "simple regular expression"),
    ({"steps__ask_number__digits__pattern": "1*2*3*4*5"}, "steps.ask_number.digits.pattern", "at most 3 repeats"),
    ({"steps__ask_number__digits__pattern": "1{5,2}"}, "steps.ask_number.digits.pattern", "simple regular"),
    (
        {"steps__ask_number__confirm": {"prompt": "?", "yes_key": 2}},
        "steps.ask_number.confirm.again_key",
        "same key as yes_key",
    ),
    ({"steps__satisfied__no_key": "1"}, "steps.satisfied.no_key", "same key as yes_key"),
    ({"steps__ask_pin__into": "PIN"}, "steps.ask_pin.into", "may be kept nowhere"),
    ({"steps__ask_pin__confirm": {"prompt": "{{ entered }}"}}, "steps.ask_pin.confirm", "may not be said"),
    ({"steps__ask_pin__next": "tell"}, "steps.ask_pin.next", "must be a plugin step"),
    ({"steps__tell__next": "balance"}, "steps.balance.inputs", "but steps.tell.next leads here too"),
    ({"steps__night_desk__number": "abc"}, "steps.night_desk.number", "a telephone number"),
    ({"steps__night_desk__flow": "survey"}, "steps.night_desk", "either a number or a flow"),
    ({"steps__over_to_survey__flow": "survy"}, "steps.over_to_survey.flow", "did you mean 'survey'"),
    ({"steps__mark__language": "fr-FR"}, "steps.mark.language", "one of en-US"),
    ({"steps__mark__tags__TTYPE": "1"}, "steps.mark.tags.TTYPE", "system's own"),
    ({"private": ["TTYPE"]}, "private[0]", "system's own"),
    (
        {"private": ["HEARD"], "steps__mark__reveal": ["HERD"]},
        "steps.mark.reveal[0]",
        "no private tag 'HERD'; did you mean 'HEARD'",
    ),
    ({"steps__lonely": {"do": "hangup"}}, "steps.lonely", "no other step leads here"),
    ({"steps__Lonely": {"do": "hangup"}}, "steps.Lonely", "a name of small letters"),
    ({"steps__welcome": "hello"}, "steps.welcome", "must be a mapping"),
    ({"start": "welcom"}, "start", "did you mean 'welcome'"),
    ({"on_fault": "nowhere"}, "on_fault", "no step 'nowhere'"),
    ({"language": "en-GB"}, "language", "must be one of zh-CN, en-US"),
    ({"languages": ["zh-CN"]}, "languages", "does not name the flow's own"),
    ({"languages": ["en-US", "en-US"]}, "languages", "twice"),
    ({"max_turns": 0}, "max_turns", "from 1 to 200"),
    ({"name": "Every Thing"}, "name", "small letters"),
    ({"name": None}, "name", "is missing"),
    ({"steps": {}}, "steps", "1 to 300 steps"),
    ({"steps": None}, "steps", "is missing"),
    ({"stepps": {}}, "stepps", "did you mean 'steps'"),
]


@pytest.mark.parametrize(("change", "place", "message"), MISTAKES, ids=lambda value: str(value)[:60])
def test_a_mistake_is_told_with_its_place(change: dict[str, Any], place: str, message: str) -> None:
    found = mistakes_of(changed(**change))
    assert message in found.get(place, ""), found


def test_every_mistake_is_told_at_once() -> None:
    document = changed(
        steps__choose__attempts=0, steps__person__queue="servise", steps__tell__next="satisfid", max_turns="many"
    )
    assert set(mistakes_of(document)) == {"steps.choose.attempts", "steps.person.queue", "steps.tell.next", "max_turns"}


def test_a_text_that_lacks_a_declared_language_is_told() -> None:
    document = {
        "name": "two",
        "language": "zh-CN",
        "languages": ["zh-CN", "en-US"],
        "steps": {"bye": {"do": "hangup", "text": "再见"}, "hi": {"do": "hangup", "text": {"en-US": "Hi"}}},
    }
    found = mistakes_of(document)
    assert found["steps.bye.text"] == "has no text in en-US"
    assert found["steps.hi.text"] == "has no text in zh-CN"


def test_steps_that_go_round_without_the_caller_are_told_once() -> None:
    document = changed(steps__jingle__next="mark", steps__mark__next="jingle")
    found = mistakes_of(document)
    assert "jingle -> mark -> jingle" in found["steps.jingle"]
    assert "steps.mark" not in found or "goes round" not in found["steps.mark"]


def test_asking_the_caller_again_and_again_is_allowed() -> None:
    assert mistakes_of(changed(steps__goodbye={"do": "say", "text": "Again.", "next": "choose"})) == {}


def test_a_flow_that_can_never_end_is_told() -> None:
    document = {
        "name": "trap",
        "language": "en-US",
        "steps": {
            "ask": {"do": "confirm", "prompt": "?"}
            | dict.fromkeys(["on_yes", "on_no", "on_timeout", "on_no_match"], "ask")
        },
    }
    assert "no way leads to a hangup" in mistakes_of(document)["steps.ask"]


def test_a_misspelt_way_blames_no_step_that_it_should_have_reached() -> None:
    assert set(mistakes_of(changed(steps__satisfied__on_no="over_to_survy"))) == {"steps.satisfied.on_no"}


def test_an_unknown_kind_of_step_blames_no_other_step() -> None:
    assert set(mistakes_of(changed(steps__ask_number__do="colect"))) == {"steps.ask_number.do"}


def test_a_way_for_nothing_found_needs_a_condition_when_the_plugin_tells_no_found() -> None:
    document = changed(steps__greet__on_not_found={"next": "choose"})
    assert "no output `found`" in mistakes_of(document)["steps.greet.on_not_found.when"]


def test_a_published_version_is_read_without_asking_what_exists_today() -> None:
    assert mistakes_of(changed(steps__person__queue="long-gone"), Known()) == {}


@pytest.mark.parametrize("document", [None, [], "flow", 5, {}, {"steps": []}, {"steps": {"a": None}}, {1: 2}])
def test_what_is_no_flow_at_all_is_refused(document: Any) -> None:
    with pytest.raises(FlowMistakes) as refusal:
        read_flow(document, KNOWN)
    assert isinstance(refusal.value, BadRequest)
    assert refusal.value.mistakes
