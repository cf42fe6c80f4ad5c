"""What the pages show works: examples are run, read by the product's own readers, or parsed by its command line."""

import json
import re
import shlex
import subprocess
from collections.abc import Callable
from itertools import dropwhile
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.core.documents.placeholders import fill
from chalicelib.core.flow.model import Known
from chalicelib.core.flow.plugins import read_plugin
from chalicelib.core.flow.reading import read_flow
from chalicelib.usecases.apply_configuration import apply_configuration
from chalicelib.usecases.configure import publish_flow
from local.carrier.faults import RestFault, WebhookFault
from local.carrier.handle import CallHandle
from local.command_line import read_arguments
from tests.docs import pages
from tests.fakes.centre import Centre
from tests.flows.shipped import document

PROVED_ELSEWHERE = {"configuration", "flow-language", "plugins", "watching", "webhooks"}
"""Pages whose examples have tests of their own."""

HERE = [
    pytest.param(page, id=pages.name_of(page))
    for page in pages.all_pages()
    if page.name.split(".")[0] not in PROVED_ELSEWHERE
]
READMES = [pytest.param(pages.ROOT / name, id=name) for name in ("README.md", "README.zh.md")]


def commands(page: Path) -> list[str]:
    """Give the command lines that a page tells people to type."""
    return [line for source in pages.examples(page, "console") for line in source.splitlines()]


_SETTING = re.compile(r"ICALL_[A-Z_]+=")
"""A setting before a command, for it alone."""


@pytest.mark.parametrize("page", HERE)
def test_every_yaml_example_is_a_flow_or_a_plugin_that_can_be_published(page: Path) -> None:
    for source in pages.examples(page, "yaml"):
        example = document(source)
        if "steps" in example:
            read_flow(example, Known(plugins={}, queues=frozenset({"service"})))
        else:
            read_plugin(example)


@pytest.mark.parametrize("page", HERE)
def test_every_json_example_is_json(page: Path) -> None:
    for source in pages.examples(page, "json"):
        json.loads(source)


@pytest.mark.parametrize("page", HERE)
def test_every_command_is_known(page: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (pages.ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for line in commands(page):
        program, *arguments = dropwhile(_SETTING.match, shlex.split(line))
        if program == "./icall":
            read_arguments(arguments)
        elif program == "make":
            assert arguments[0] in targets
        else:
            assert program == "sed"


@pytest.mark.parametrize("page", HERE)
def test_every_shell_example_is_read_by_a_shell(page: Path) -> None:
    for source in pages.examples(page, "bash"):
        read = subprocess.run(["bash", "-n"], input=source, text=True, capture_output=True, check=False)  # noqa: S607
        assert not read.returncode, read.stderr


@pytest.mark.parametrize("page", pages.both("laptop"))
def test_every_fault_that_is_shown_can_be_put_in_force(page: Path) -> None:
    shown = [json.loads(body) for body in re.findall(r"/faults\" -d '(.*)'", pages.text(page))]
    assert len(shown) >= 3
    for wish in shown:
        assert WebhookFault(**wish["webhook"]) if "webhook" in wish else RestFault(**wish["rest"])


def test_the_test_that_is_shown_comes_true() -> None:
    page = pages.DOCS / "where-to-put-it.md"
    (source,) = pages.examples(page, "python")
    exec(compile(source, str(page), "exec"), {})  # noqa: S102 - our own page


@pytest.mark.parametrize("page", READMES)
def test_the_first_flow_can_be_published_and_called(page: Path) -> None:
    centre = Centre()
    (source,) = pages.examples(page, "yaml")
    flow = document(source)
    publish_flow(flow, centre.immortal)
    apply_configuration(_changed_by(page), centre.immortal)
    caller = centre.calls()
    (typed,) = [line for line in commands(page) if "--then" in line]
    script = read_arguments(shlex.split(typed)[1:]).then
    for verb, _, what in (step.partition(" ") for step in script):
        _DEEDS[verb](caller, what)
    heard = [entry.text for entry in caller.transcript if entry.kind == "hears"]
    told = [line.strip().removeprefix("hears: ") for line in _transcript(page) if "hears:" in line]
    spoken = _patterns(flow)
    for lines in (heard, told):
        assert len(lines) == 3
        assert all(any(pattern.fullmatch(line) for pattern in spoken) for line in lines)


_DEEDS: dict[str, Callable[[CallHandle, str], object]] = {
    "hear": lambda caller, what: caller.hears(what),
    "press": lambda caller, what: caller.presses(what),
    "stay": lambda caller, _: caller.waits_until(lambda: caller.over, 60, "the end"),
}


def _patterns(flow: Any) -> list[re.Pattern[str]]:
    """Give what a flow may say, with anything in the place of what it looks up."""
    texts = [step[name] for step in flow["steps"].values() for name in ("text", "prompt") if name in step]
    return [re.compile(".+".join(map(re.escape, re.split(r"\{\{.*?\}\}", text)))) for text in texts]


def _changed_by(page: Path) -> Any:
    """Give the demo centre's configuration as the page's sed command changes it."""
    line = next(line for line in commands(page) if line.startswith("sed"))
    found = re.search(r"'s/([^/]*)/([^/]*)/'", line)
    assert found
    demo = (pages.ROOT / "config" / "demo.yaml").read_text("utf-8")
    assert found[1] in demo
    return fill(
        yaml.safe_load(demo.replace(found[1], found[2])),
        dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "https://freight.example"),
    )


def _transcript(page: Path) -> list[str]:
    return next(source for source in pages.examples(page, "text") if "rings" in source).splitlines()
