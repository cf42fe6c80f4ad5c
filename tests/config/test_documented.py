"""The pages for integrators say everything, and what they show works."""

import copy
import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from chalicelib.core.centre.permissions import PERMISSIONS
from chalicelib.core.centre.reading import read_configuration
from chalicelib.core.centre.sections import SECTIONS
from chalicelib.core.documents.shapes import Entry, Named
from chalicelib.core.flow.plugins import Plugin, outputs_of, read_plugin, request_for

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGES = ["md", "zh.md"]


def page(name, language):
    return (DOCS / f"{name}.{language}").read_text("utf-8")


def blocks(text, kind):
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def section(text, heading):
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"there is no heading {heading}"
    return found[1]


def first_column(text):
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def merged(base, part):
    both = copy.deepcopy(base)
    for name, value in part.items():
        both[name] = merged(both[name], value) if isinstance(both.get(name), dict) else value
    return both


def tables():
    """Give each section that has fields of its own with their names."""
    for name, (shape, _) in SECTIONS.items():
        inner = shape.value if isinstance(shape, Named) else shape
        if isinstance(inner, Entry):
            yield name, set(inner.table)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_and_field_of_the_configuration_is_documented(language):
    text = page("configuration", language)
    assert set(SECTIONS) <= first_column(text)
    for name, names in tables():
        documented = first_column(section(text, f"`{name}`"))
        assert documented - set(PERMISSIONS) == names, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_permission_is_documented(language):
    assert first_column(section(page("configuration", language), "`roles`")) == set(PERMISSIONS) | {"permissions"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_of_the_configuration_is_read(language):
    whole, *parts = map(yaml.safe_load, blocks(page("configuration", language), "yaml"))
    read_configuration(whole, 1)
    assert len(parts) >= 11
    for part in parts:
        whole = merged(whole, part)
        read_configuration(whole, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_a_plugin_is_documented_and_the_example_is_one(language):
    text = page("plugins", language)
    assert {field.name for field in fields(Plugin)} <= first_column(text)
    plugin = read_plugin(yaml.safe_load(blocks(text, "yaml")[0]))
    request = request_for(plugin, {"number": "20260001"})
    assert request.url == "https://erp.shunda.example/api/waybills/20260001?detail=full"
    assert blocks(text, "http")[0].startswith(
        "GET /api/waybills/20260001?detail=full HTTP/1.1\nHost: erp.shunda.example"
    )
    answer = json.loads(blocks(text, "json")[0])
    assert outputs_of(plugin, 200, answer) == {"found": True, "destination": "成都", "plate": "京A12345"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_a_failing_plugin_is_documented(language):
    sources = [Path("adapters/http.py"), Path("adapters/plugins.py"), Path("core/flow/plugins.py")]
    code = "".join((DOCS.parent / "chalicelib" / source).read_text("utf-8") for source in sources)
    reasons = set(re.findall(r'(?:PluginFailed|_failed)\(\s*"(\w+)"', code))
    assert len(reasons) > 10
    assert reasons <= first_column(page("plugins", language))
