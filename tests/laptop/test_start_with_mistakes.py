"""A laptop starts whatever is wrong with what somebody wrote, publishes the rest, and says what is wrong."""

import asyncio
import shutil

import pytest

from local.publishing import FLOWS
from local.run import say_mistakes
from tests.laptop.conftest import calls
from tests.laptops import running

pytestmark = [pytest.mark.laptop, pytest.mark.enable_socket]

BANK = "name: bank\naddress: ${BANK_URL}/rates\noutputs: {rate: rate}\n"


@pytest.fixture
def flows(tmp_path, monkeypatch):
    """The flows of somebody who adds to those that ship."""
    shutil.copytree(FLOWS, tmp_path / "flows")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("local.laptop.FLOWS", tmp_path / "flows")
    return tmp_path / "flows"


def test_a_plugin_that_names_an_unknown_setting_is_told_and_calls_are_answered(flows, tmp_path):
    (flows / "plugins" / "bank.yaml").write_text(BANK, "utf-8")
    with running(tmp_path / "data") as laptop:
        told: list[str] = []
        say_mistakes(laptop.mistakes, told.append, "NAME=VALUE make run")
        outcome, _ = asyncio.run(calls(laptop, "hear 查询运单请按1"))
    assert outcome == 0
    assert told[0].startswith("✗ flows/plugins/bank.yaml:2:1: address: there is no setting 'BANK_URL' here")
    assert told[1:] == ["  A setting is given by NAME=VALUE make run"]


def test_a_setting_is_given_by_the_environment(flows, tmp_path, monkeypatch):
    (flows / "plugins" / "bank.yaml").write_text(BANK, "utf-8")
    monkeypatch.setenv("BANK_URL", "https://bank.example")
    with running(tmp_path / "data") as laptop:
        assert laptop.mistakes == ()
        assert "bank" in laptop.parts.world.catalogue.plugins()


def test_without_the_flow_that_the_number_starts_it_still_runs_and_says_what_is_missing(flows, tmp_path):
    broken = (
        (flows / "freight-waybill.yaml")
        .read_text("utf-8")
        .replace("start: ", "sttart: ")
        .replace("do: menu", "do: meny")
    )
    (flows / "freight-waybill.yaml").write_text(broken, "utf-8")
    with running(tmp_path / "data") as laptop:
        places = [str(mistake) for mistake in laptop.mistakes]
        assert "echo" in laptop.parts.world.catalogue.flow_names()
    assert any(place.startswith("flows/freight-waybill.yaml:") for place in places)
    assert any("numbers.+8675583000000.flow: no flow freight-waybill is published" in place for place in places)
