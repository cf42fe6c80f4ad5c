"""What is written beside the bridge is what the bridge is: its README in both languages, its units, its rights."""

import configparser
import json
import re
import tomllib
from pathlib import Path

import pytest

from icall_bridge.metrics import METRICS
from icall_bridge.settings import SETTINGS, read_file, read_settings, variable
from icall_bridge.sound.prompts import STANDBY
from icall_bridge.sound.voices import object_name
from tests.docs import pages

PLACE = Path(__file__).parents[2] / "infra" / "asterisk"
READMES = [pytest.param(PLACE / name, id=name) for name in ("README.md", "README.zh.md")]


def named(page, heads):
    """Give what the first cells of a page's rows name in backticks, where they are one of `heads`' kind."""
    cells = [row[0] for row in pages.rows(page)]
    return {name for cell in cells if (name := cell.strip("`")) and f"`{name}`" == cell and heads(name)}


@pytest.mark.parametrize("page", READMES)
def test_every_setting_is_told_and_no_other(page):
    told = named(page, lambda name: name.startswith(("ICALL_BRIDGE_", "AWS_")))

    assert told == {variable(name) for name in SETTINGS}


@pytest.mark.parametrize("page", READMES)
def test_every_metric_is_told_and_no_other(page):
    told = named(page, lambda name: re.fullmatch("[a-z_]+", name) and name != "bridge")

    assert told == set(METRICS)


@pytest.mark.parametrize("page", READMES)
def test_every_default_is_told_as_it_is(page):
    defaults = {row[0].strip("`"): row[1].strip("`") for row in pages.rows(page) if len(row) == 3}

    for name in (
        "ari_url",
        "ari_user",
        "application",
        "outside",
        "voice",
        "cache_megabytes",
        "health_port",
        "log_level",
    ):
        assert defaults[variable(name)] == SETTINGS[name].default


def test_both_languages_tell_the_same():
    english, chinese = (page.values[0] for page in READMES)

    assert [level for level, _ in pages.headings(english)] == [level for level, _ in pages.headings(chinese)]
    assert [len(row) for row in pages.rows(english)] == [len(row) for row in pages.rows(chinese)]
    assert pages.examples(english, "console") == pages.examples(chinese, "console")


@pytest.mark.parametrize("page", READMES)
def test_what_a_readme_leads_to_is_there(page):
    for path, _ in pages.links(page):
        assert (PLACE / path).exists()


def test_the_settings_that_go_with_the_units_are_good():
    of_systemd = {"CREDENTIALS_DIRECTORY": "/run/credentials/icall-bridge.service"}

    assert read_settings({**read_file(PLACE / "systemd" / "bridge.conf"), **of_systemd}).pbx == "berlin1"


def test_the_unit_hands_over_the_secrets_that_the_settings_look_for():
    unit = (PLACE / "systemd" / "icall-bridge.service").read_text("utf-8")

    assert set(re.findall("^LoadCredential=([a-z-]+):", unit, re.MULTILINE)) == {
        setting.below for setting in SETTINGS.values() if setting.below
    }


def test_asterisk_may_read_what_it_plays_and_the_bridge_remove_what_was_recorded():
    unit = configparser.RawConfigParser(strict=False, delimiters="=")
    unit.optionxform = str
    unit.read(PLACE / "systemd" / "icall-bridge.service", "utf-8")
    asterisk = configparser.RawConfigParser(delimiters="=")
    asterisk.optionxform = str
    asterisk.read(PLACE / "systemd" / "asterisk.service.d" / "icall.conf", "utf-8")

    assert (unit["Service"]["UMask"], unit["Service"]["CacheDirectoryMode"]) == ("0022", "0755")
    assert unit["Service"]["SupplementaryGroups"] == "asterisk"
    assert unit["Service"]["ReadWritePaths"] == SETTINGS["recordings_folder"].default
    assert asterisk["Service"]["UMask"] == "0007"
    assert f"d {SETTINGS['recordings_folder'].default} 2770" in (PLACE / "systemd" / "tmpfiles.conf").read_text("utf-8")


def test_the_bridge_may_do_in_aws_what_it_does_and_no_more():
    policy = json.loads((PLACE / "aws-policy.json").read_text("utf-8"))
    actions = {
        action
        for statement in policy["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }

    assert actions == {
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "s3:GetObject",
        "s3:PutObject",
        "polly:SynthesizeSpeech",
    }
    assert [statement["Sid"] for statement in policy["Statement"] if statement["Resource"] == "*"] == ["Speak"]
    assert object_name("0" * 64).startswith(
        policy["Statement"][1]["Resource"].partition("MEDIA-BUCKET/")[2].rstrip("*")
    )


def test_the_package_asks_for_the_versions_that_are_tested():
    wanted = tomllib.loads((PLACE / "bridge" / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    root = PLACE.parents[1]
    tested = "".join((root / name).read_text("utf-8") for name in ("requirements.txt", "requirements-dev.txt"))

    assert all(package in tested.splitlines() for package in wanted)


def test_the_package_takes_its_sounds_along():
    package = tomllib.loads((PLACE / "bridge" / "pyproject.toml").read_text("utf-8"))

    assert package["tool"]["setuptools"]["package-data"]["icall_bridge.sound"] == ["standby/*.wav"]
    assert {path.stem for path in STANDBY.glob("*.wav")} == {"hold-music", "silence", "moment"}


def test_systemd_stops_the_bridge_by_the_signal_that_ends_it_at_once():
    unit = (PLACE / "systemd" / "icall-bridge.service").read_text("utf-8")

    assert "KillSignal=SIGINT" in unit.splitlines()
