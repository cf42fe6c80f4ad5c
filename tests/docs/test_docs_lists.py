"""Lists in the pages are whole: dependencies, parameters, settings, policies, alarms, the laptop's words."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from chalicelib.adapters.twilio.door import _READERS
from chalicelib.config import _NEEDED
from chalicelib.core.carrier import commands
from chalicelib.core.ground.errors import CarriersFault
from chalicelib.entrypoints import routes
from infra.resources import TEMPLATE, load
from local.agent_words import CONTROL_WORDS, WORDS
from local.business.misbehaviour import MODES
from local.carrier.caller import Verb
from local.carrier.faults import RestEffect, RestFault, WebhookFault, WebhookKind
from local.carrier.settings import Mode
from tests.docs import pages

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
PACKAGES = ("web/sdk/package.json", "web/console/package.json")


def named(page: Path) -> set[str]:
    """Give what the page sets in code type, word by word."""
    return {word for text in re.findall(r"`([^`\n]+)`", pages.prose(page)) for word in text.split()}


def test_every_dependency_has_its_reason() -> None:
    lines = [line for file in REQUIREMENTS for line in (pages.ROOT / file).read_text("utf-8").splitlines()]
    pinned = {re.split(r"\[|==", line)[0] for line in lines if "==" in line}
    for file in PACKAGES:
        package = json.loads((pages.ROOT / file).read_text("utf-8"))
        pinned |= package.get("dependencies", {}).keys() | package["devDependencies"].keys()
    told = {row[0].strip("`"): row[1] for row in pages.rows(pages.DOCS / "decisions" / "dependencies.md")}
    assert set(told) == pinned
    assert all(told.values())


@pytest.mark.parametrize("page", pages.both("deploy"))
def test_every_parameter_setting_and_alarm_of_the_stack_is_told(page: Path) -> None:
    template = load(TEMPLATE)
    alarms = {name for name, found in template["Resources"].items() if found.get("Type", "").endswith("::Alarm")}
    told = {row[0].strip("`") for row in pages.rows(page)}
    assert set(template["Parameters"]) | alarms <= told
    assert not {name for name in _NEEDED.values() if f"{name}=" not in pages.text(page)}


@pytest.mark.parametrize("page", pages.both("deploy"))
def test_every_function_is_told_with_its_policy(page: Path) -> None:
    stage = json.loads((pages.ROOT / ".chalice" / "config.json").read_text("utf-8"))["stages"]["dev"]
    policies = {function: known["iam_policy_file"] for function, known in stage["lambda_functions"].items()}
    told = {
        function: row[1].strip("`")
        for row in pages.rows(page)
        if row[1].startswith("`policy-")
        for function in re.findall(r"`(\w+)`", row[0])
    }
    assert told == policies


@pytest.mark.parametrize("page", pages.both("carriers"))
def test_everything_that_a_carrier_is_asked_and_told_is_on_its_page(page: Path) -> None:
    text = pages.text(page)
    assert {kind.__name__ for kind in get_args(commands.Command)} <= named(page)
    assert {fault.__name__ for fault in CarriersFault.__subclasses__()} <= named(page)
    kinds = {"voice": "/voice", "status": "/twilio/status"} | {kind: f"/{kind}" for kind in _READERS}
    assert not {kind for kind, path in kinds.items() if path not in text}
    below = [route.path.removeprefix("/carriers/twilio") for route in routes.TWILIO]
    below += [route.path.removeprefix("/media") for route in routes.MEDIA]
    assert not {path for path in below if path not in text}


@pytest.mark.parametrize("page", pages.both("laptop"))
def test_everything_that_the_laptop_understands_is_on_its_page(page: Path) -> None:
    kinds = (Verb, Mode, WebhookKind, RestEffect)
    words = {*WORDS, *CONTROL_WORDS, *MODES, *(word for kind in kinds for word in get_args(kind))}
    fields = {*WebhookFault.__dataclass_fields__, *RestFault.__dataclass_fields__}
    assert not (words | fields) - named(page)
    ports = re.findall(r"ICALL_\w+", (pages.ROOT / "local" / "run.py").read_text("utf-8"))
    assert not {port for port in ports if port not in pages.text(page)}


def test_both_glossaries_have_the_same_words_in_order() -> None:
    english, chinese = (pages.rows(pages.DOCS / name) for name in ("glossary.md", "glossary.zh.md"))
    assert [row[:2] for row in english] == [row[:2] for row in chinese]
    assert [row[0].lower() for row in english] == sorted(row[0].lower() for row in english)
