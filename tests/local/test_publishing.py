"""Publishing from files: all or nothing by hand, and at the start of a laptop whatever can be."""

from pathlib import Path

import pytest

from chalicelib.core.ground.mistakes import MistakesFound
from local.packages import NothingThere
from local.publishing import DEMO_CENTRE, FLOWS, Publisher, digest_of
from tests.fakes.centre import Centre
from tests.local.test_flow_checks import BANK, HELLO

ADDRESSES = dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "https://freight.example")


@pytest.fixture
def world():
    return Centre().immortal


@pytest.fixture
def publisher(world):
    return Publisher(world, lambda _name, _wav: None, ADDRESSES)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plugins").mkdir()
    Path("hello.yaml").write_text(HELLO, "utf-8")
    Path("plugins/bank.yaml").write_text(BANK, "utf-8")
    Path("other.yaml").write_text("name: other\nlanguage: en-US\nsteps: {bye: {do: hangup}}\n", "utf-8")
    return tmp_path


def told_by(refused) -> list[str]:
    return [str(mistake) for mistake in refused.value.mistakes]


def test_what_can_be_is_published_and_the_rest_is_told_without_blaming_what_rests_on_it(publisher, world, folder):
    Path("third.yaml").write_text("name: third\nlanguage: en-US\nsteps: {over: {do: transfer, flow: hello}}\n", "utf-8")
    told, wrong = publisher.publish_what_can_be(folder)
    assert told == ["other version 1"]
    assert [str(mistake) for mistake in wrong] == [
        "plugins/bank.yaml:2:1: address: there is no setting 'BANK_URL' here; did you mean 'BUSINESS_URL'?",
        "hello.yaml: is not published: it needs bank, which has mistakes",
        "third.yaml: is not published: it needs hello, which has mistakes",
    ]
    assert "hello" not in world.catalogue.flow_names()


def test_with_its_setting_everything_is_published(world, folder):
    publisher = Publisher(world, lambda _name, _wav: None, {"BANK_URL": "https://bank.example"})
    told, wrong = publisher.publish_what_can_be(folder)
    assert (sorted(told), wrong) == (["hello version 1", "other version 1", "plugin bank"], [])


def test_by_hand_nothing_is_published_when_anything_is_wrong(publisher, world, folder):
    with pytest.raises(MistakesFound) as refused:
        publisher.publish([folder])
    assert told_by(refused) == [
        "plugins/bank.yaml:2:1: address: there is no setting 'BANK_URL' here; did you mean 'BUSINESS_URL'?"
    ]
    assert "other" not in world.catalogue.flow_names()


def test_a_folder_without_anything_is_not_published_silently(publisher, tmp_path):
    with pytest.raises(NothingThere, match="there is no flow here"):
        publisher.publish([tmp_path])


def test_a_plugin_may_be_published_alone(world, folder):
    publisher = Publisher(world, lambda _name, _wav: None, {"BANK_URL": "https://bank.example"})
    assert publisher.publish([Path("plugins/bank.yaml")]) == ["plugin bank"]


def test_a_configurations_mistakes_missing_flows_secrets_and_settings_are_told_together(publisher, world, folder):
    before = world.catalogue.centre().version
    text = DEMO_CENTRE.read_text("utf-8")
    text = text.replace("flow: freight-waybill", "flow: freight-waybil").replace(
        "secret:agents/100", "secret:agents/nobody"
    )
    text = text.replace("wrap_up: 60", "wrap_up: soon").replace("${BUSINESS_URL}", "${BUSINES_URL}")
    Path("centre.yaml").write_text(text, "utf-8")
    with pytest.raises(MistakesFound) as refused:
        publisher.apply(Path("centre.yaml"))
    told = told_by(refused)
    assert [line.split(": ")[1] for line in told] == [
        "numbers.+8675583000000.flow",
        "queues.service.wrap_up",
        "agents.100.password",
        "webhooks.business.url",
    ]
    assert all(line.startswith("centre.yaml:") for line in told)
    assert "did you mean 'freight-waybill'" in told[0]
    assert "did you mean 'BUSINESS_URL'" in told[3]
    assert world.catalogue.centre().version == before


def test_a_language_that_nobody_can_speak_is_told_once(publisher, folder):
    text = DEMO_CENTRE.read_text("utf-8").replace("languages: [zh-CN, en-US]", "languages: [zh-CN, fr-FR]")
    Path("centre.yaml").write_text(text, "utf-8")
    with pytest.raises(MistakesFound) as refused:
        publisher.apply(Path("centre.yaml"))
    assert told_by(refused) == ["centre.yaml:6:20: languages[1]: cannot be spoken: the languages are zh-CN and en-US"]


@pytest.mark.parametrize("languages", ["languages: [zh-CN, fr-FR]", "languages: [fr-FR, en-US]"])
def test_a_flow_in_a_language_that_nobody_can_speak_is_told_once(publisher, folder, languages):
    text = (FLOWS / "freight-waybill.yaml").read_text("utf-8")
    Path("flow.yaml").write_text(text.replace("languages: [zh-CN, en-US]", languages), "utf-8")
    with pytest.raises(MistakesFound) as refused:
        publisher.publish([Path("flow.yaml")])
    assert [line.split(": ", 1)[1].split("[")[0] for line in told_by(refused)] == ["languages"]


def test_the_fingerprint_of_what_is_published_changes_with_the_settings_it_names_and_no_others(folder):
    before = digest_of([folder], {"BANK_URL": "https://a.example", "PATH": "/bin"})
    assert digest_of([folder], {"BANK_URL": "https://a.example", "PATH": "/usr/bin"}) == before
    assert digest_of([folder], {"BANK_URL": "https://b.example", "PATH": "/bin"}) != before
