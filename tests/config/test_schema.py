"""Editors are told by the schema what the reader will accept."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from chalicelib.core.centre.reading import CentreMistakes, read_configuration, schema
from chalicelib.core.documents.placeholders import fill

CONFIG = Path(__file__).parents[2] / "config"
DEMO = fill(
    yaml.safe_load((CONFIG / "demo.yaml").read_text("utf-8")),
    dict.fromkeys(("BUSINESS_URL", "BUSINESS_PAGES_URL"), "http://127.0.0.1:8003"),
)
SCHEMA = jsonschema.Draft202012Validator(schema())
JUNK = [None, True, 0, -5, 10**7, 1.5, "", "no such thing!", ["a", "a"], {"no such field": 1}]


def places(value, way=()):
    """Give the way to every value inside."""
    yield way
    if isinstance(value, dict):
        for step, inner in value.items():
            yield from places(inner, (*way, step))


def changed(way, junk):
    document = copy.deepcopy(DEMO)
    inner = document
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = junk
    return document


def refused_by_reader(document):
    try:
        read_configuration(document, 1)
    except CentreMistakes as refusal:
        return [mistake.message for mistake in refusal.mistakes]
    return []


def test_the_schema_file_is_the_readers_own_table():
    kept = json.loads((CONFIG / "centre.schema.json").read_text("utf-8"))
    assert kept == schema(), "write it anew: docs/configuration.md says how"


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_demo_centre_fits_the_schema_and_the_reader():
    SCHEMA.validate(DEMO)
    assert refused_by_reader(DEMO) == []


BEYOND_A_SCHEMA = ("there is no ", "is already that of", "must name a host", "is not a time zone")


@pytest.mark.parametrize("junk", JUNK, ids=map(str, JUNK))
def test_schema_and_reader_refuse_the_same(junk):
    compared = 0
    for way in places(DEMO):
        if not way:
            continue
        document = changed(way, junk)
        mistakes = [told for told in refused_by_reader(document) if not told.startswith(BEYOND_A_SCHEMA)]
        assert SCHEMA.is_valid(document) == (not mistakes), (way, junk, mistakes)
        compared += 1
    assert compared > 150


def test_a_required_section_that_is_left_out_is_missed_by_both():
    for section in schema()["required"]:
        document = {name: value for name, value in DEMO.items() if name != section}
        assert not SCHEMA.is_valid(document)
        assert refused_by_reader(document)
