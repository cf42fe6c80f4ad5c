from copy import deepcopy
from typing import Any

import pytest
import shipped
from jsonschema import Draft202012Validator

from chalicelib.core.flow import kinds, plugins, stories
from chalicelib.core.flow.model import Known
from chalicelib.core.flow.reading import FlowMistakes, read_flow
from local import flow_schema

SCHEMAS = {"flow": kinds.schema(), "plugin": plugins.schema(), "story": stories.schema()}
FREIGHT = shipped.documents(shipped.FLOWS)["freight-waybill"]


@pytest.mark.parametrize("path", flow_schema.texts(), ids=lambda path: path.name)
def test_the_schema_file_is_what_the_code_says(path: Any) -> None:
    assert path.read_text("utf-8") == flow_schema.texts()[path], "run `python -m local.flow_schema`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize(
    ("name", "folder"),
    [("flow", shipped.FLOWS), ("plugin", shipped.FLOWS / "plugins"), ("story", shipped.FLOWS / "stories")],
)
def test_what_ships_fits_its_schema(name: str, folder: Any) -> None:
    for document in shipped.documents(folder).values():
        Draft202012Validator(SCHEMAS[name]).validate(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["steps", "main_menu", "keys"], {"12": "goodbye"}),
        (["steps", "main_menu", "attempts"], 11),
        (["steps", "main_menu", "atempts"], 2),
        (["steps", "main_menu", "do"], "meny"),
        (["steps", "main_menu", "on_timeout"], {"say": "Hello"}),
        (["steps", "main_menu", "prompt"], 5),
        (["steps", "main_menu", "prompt"], []),
        (["steps", "ask_waybill", "digits"], {"min": 3}),
        (["steps", "ask_waybill", "digits", "finish_on"], "5"),
        (["steps", "ask_waybill", "sensitive"], "yes"),
        (["steps", "look_up", "into"], {"1X": "plate"}),
        (["steps", "to_a_person", "max_wait"], 5),
        (["steps", "change_language", "cases"], []),
        (["steps", "Loud"], {"do": "hangup"}),
        (["steps"], {}),
        (["language"], "fr-FR"),
        (["max_turns"], 0),
        (["author"], "me"),
    ],
)
def test_code_and_schema_refuse_the_same(path: list[str], value: Any) -> None:
    document = deepcopy(FREIGHT)
    inner = document
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    assert not Draft202012Validator(SCHEMAS["flow"]).is_valid(document)
    with pytest.raises(FlowMistakes):
        read_flow(document, Known())
