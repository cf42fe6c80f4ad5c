"""Plugins: named REST questions to business systems, declared as data. Reading, asking's shape, the answer's meaning.

Everything here is pure; an adapter sends what `request_for` gives and hands the reply to `outputs_of`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import field
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.core.documents.examining import examine
from chalicelib.core.documents.fields import Built, Field, Fields, Flag, MapOf, Number, OneOf, Record, Schema, Text
from chalicelib.core.flow.evaluation import NothingToTell
from chalicelib.core.flow.expressions import Expression, read_expression
from chalicelib.core.flow.model import PluginShape
from chalicelib.core.flow.templates import as_text
from chalicelib.core.ground.errors import PluginFailed
from chalicelib.core.ground.mistakes import MistakesFound, Notes
from chalicelib.core.ground.outside import carried
from chalicelib.core.ground.values import dataclass
from chalicelib.core.speech.forms import LANGUAGES

LONGEST_OUTPUT = 500
NOT_FOUND = 404

_INPUT = re.compile(r"(?<!\$)\{([A-Za-z_]\w*)\}")
_ADDRESS = re.compile(r"(?P<place>https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?)(?P<path>/[^?#\s\\]*)")
_SECRET = re.compile(r"secret:([a-z0-9][a-z0-9/_-]*)")
_LAPTOP = re.compile(r"http://(localhost|127(?:\.[0-9]{1,3}){3})(:|\Z)")
_OURS = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection", "accept"})
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token"})


class PluginMistakes(MistakesFound):
    """The plugin cannot be used; `mistakes` says everything that is wrong with its declaration."""


@dataclass(frozen=True, slots=True)
class PluginInput:
    """What a plugin is told under one name; a sensitive one may stand in the body alone, and is kept nowhere."""

    description: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Plugin:
    """A declared question.

    Attributes:
        address: an https address; `{input}` stands for an input, as (part of) one segment of the path.
        headers: values may hold `secret:<name>`, which the adapter replaces (see `with_secrets`).
        body: a JSON value in which `{input}` stands for an input inside texts, or None.
        outputs: JMESPath over the reply by the output's name.
        found: JMESPath that tells whether there was anything; makes the output `found`, and a 404 means no.
        on_failure: what is said when no answer can be used, by language.
    """

    name: str
    address: str
    inputs: Mapping[str, PluginInput]
    outputs: Mapping[str, Expression]
    method: str = "GET"
    description: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    found: Expression | None = None
    timeout_ms: int = 2000
    max_bytes: int = 65536
    on_failure: Mapping[str, str] = field(default_factory=dict)

    def shape(self) -> PluginShape:
        """Give what a flow may assume of the plugin."""
        names = frozenset(self.outputs) | ({"found"} if self.found else frozenset())
        sensitive = frozenset(name for name, told in self.inputs.items() if told.sensitive)
        return PluginShape(frozenset(self.inputs), names, sensitive)


@dataclass(frozen=True, slots=True)
class PluginRequest:
    """One HTTP request; it may hold the caller's data, so its repr shows none of it."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)


def read_plugin(document: Any) -> Plugin:
    """Read a declaration; raises PluginMistakes with every mistake at once."""
    notes = Notes(error=PluginMistakes)
    examine(document, notes)
    values = Record(plugin_fields()).read(document, notes)
    _check(values, notes)
    notes.refuse()
    return Plugin(**values)


def readable(documents: Mapping[str, Any]) -> Mapping[str, Plugin]:
    """Give the plugins by name; one that was published under older rules and breaks today's is as if it were not there.

    It would else take all others down with it.
    """
    plugins: dict[str, Plugin] = {}
    for name, document in documents.items():
        with suppress(PluginMistakes):
            plugins[name] = read_plugin(document)
    return plugins


def request_for(plugin: Plugin, inputs: Mapping[str, str]) -> PluginRequest:
    """Give the request that asks `plugin`; raises PluginFailed when an input is missing or cannot stand in a path."""
    if missing := sorted(set(plugin.inputs) - set(inputs)):
        raise PluginFailed("bad_input", f"The plugin {plugin.name} was not told {', '.join(missing)}.")
    headers = {"Accept": "application/json", **plugin.headers}
    body = None
    if plugin.body is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(_filled(plugin.body, inputs), ensure_ascii=False).encode()
    return PluginRequest(plugin.method, _url(plugin, inputs), headers, body)


def outputs_of(plugin: Plugin, status: int, document: Any) -> dict[str, Any]:
    """Give the outputs that a reply means: single values, None where there is nothing.

    Texts are cut at 500 characters, and a character that was cut in two by whoever made them is replaced.

    Raises:
        PluginFailed: the status is no success, or the reply is not shaped as declared; `reason` is bad_status or
            bad_shape.
    """
    if status == NOT_FOUND and plugin.found is not None:
        return dict.fromkeys(plugin.outputs) | {"found": False}
    if not 200 <= status < 300:  # noqa: PLR2004 - what HTTP calls success
        raise PluginFailed("bad_status", f"The plugin {plugin.name} was answered with status {status}.")
    try:
        outputs = {name: _output(plugin, name, found.value(document)) for name, found in plugin.outputs.items()}
        return outputs if plugin.found is None else outputs | {"found": plugin.found.holds(document)}
    except NothingToTell:
        raise PluginFailed("bad_shape", f"The reply to the plugin {plugin.name} is not shaped as declared.") from None


def with_secrets(headers: Mapping[str, str], reveal: Callable[[str], str]) -> dict[str, str]:
    """Give the headers with each `secret:<name>` replaced by `reveal(name)`."""
    return {name: _SECRET.sub(lambda match: reveal(match[1]), value) for name, value in headers.items()}


def plugin_fields() -> Fields:
    """Give the fields of a declaration."""
    name = Text(r"^[a-z][a-z0-9-]{0,39}$", "a name of small letters, digits and - such as waybill", 40)
    value_name = Text(r"^[A-Za-z_][A-Za-z0-9_]{0,39}$", "a name of letters, digits and _", 40)
    header = Text(r"^[A-Za-z][A-Za-z0-9-]{0,63}$", "the name of an HTTP header", 64)
    line = Text(r"^[^\x00-\x1f\x7f]+$", "one line of text", 500)
    told = Record(
        {
            "description": Field(Text(), "A remark for people.", default=""),
            "sensitive": Field(Flag(), "It is kept nowhere, and may stand in the body alone.", default=False),
        }
    )
    return {
        "name": Field(name, "The plugin's name; a plugin step asks for it.", required=True),
        "description": Field(Text(), "A remark for people.", default=""),
        "method": Field(OneOf(("GET", "POST")), "The HTTP method.", default="GET"),
        "address": Field(
            Text(r"^(https?://|\$\{[A-Z][A-Z0-9_]*\})", "an https address", 500),
            "Where it is asked; `{input}` stands for an input. `${NAME}` is a setting of the deployment.",
            required=True,
        ),
        "query": Field(MapOf(value_name, line), "Fields after the ? of the address.", default={}),
        "headers": Field(MapOf(header, line), "Headers; a secret is written `secret:<name>`.", default={}),
        "body": Field(_Json(), "A JSON body for POST; `{input}` stands for an input inside its texts."),
        "inputs": Field(MapOf(value_name, Built(told, _told)), "What it is told, by name.", default={}),
        "outputs": Field(MapOf(value_name, _Output(), fewest=1), "JMESPath over the reply, by name.", required=True),
        "found": Field(_Output(), "JMESPath that tells whether there was anything; a 404 means no."),
        "timeout_ms": Field(Number(100, 4000), "Milliseconds it may take in all.", default=2000),
        "max_bytes": Field(Number(100, 1_000_000), "The longest reply that is read.", default=65536),
        "on_failure": Field(
            MapOf(OneOf(LANGUAGES), Text()), "What is said when no answer can be used, by language.", default={}
        ),
    }


def schema() -> Schema:
    """Give the JSON Schema (2020-12) of a declaration, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A plugin of icall",
        **Record(plugin_fields(), "A named REST question to a business system.").schema(),
    }


class _Output:
    """JMESPath over a reply."""

    def read(self, value: Any, notes: Notes) -> Expression | None:
        text = Text(longest=500).read(value, notes)
        return None if text is None else read_expression(text, notes, roots=None)

    def schema(self) -> Schema:
        return Text(longest=500).schema()


class _Json:
    """A JSON object; what is inside is the business system's affair."""

    def read(self, value: Any, notes: Notes) -> Any:
        return dict(notes.mapping(value))

    def schema(self) -> Schema:
        return {"type": "object"}


def _told(values: Mapping[str, Any], _: Notes) -> PluginInput:
    return PluginInput(values["description"] or "", bool(values["sensitive"]))


def _check(values: Mapping[str, Any], notes: Notes) -> None:
    inputs: Mapping[str, PluginInput] = values["inputs"]
    if values["address"]:
        _check_address(values["address"], notes.at("address"))
    for place, text in _texts(values):
        for name in _INPUT.findall(text):
            if notes.at(place).refers(name, inputs, "input") and inputs[name].sensitive and place != "body":
                notes.at(place).add(f"shows {name}, which is sensitive: it may stand in the body alone")
    used = {name for _, text in _texts(values) for name in _INPUT.findall(text)}
    for name in inputs:
        if name not in used:
            notes.at("inputs").at(name).add("is used nowhere in address, query or body")
    if values["body"] is not None and values["method"] == "GET":
        notes.at("body").add("needs the method POST")
    if "found" in (values["outputs"] or {}) and values["found"] is not None:
        notes.at("outputs").at("found").add("is made by `found` already")
    _check_headers(values["headers"], notes.at("headers"))


def _check_address(address: str, notes: Notes) -> None:
    if "${" in address:
        notes.add("has a setting that is not filled in")
        return
    match = _ADDRESS.fullmatch(address)
    if not match:
        notes.add("must be https://host/path with inputs in the path alone, and without user, query or fragment")
    elif address.startswith("http:") and not _LAPTOP.match(match["place"]):
        notes.add("must begin with https:// (http:// reaches this machine only)")


def _check_headers(headers: Mapping[str, str | None], notes: Notes) -> None:
    for name, value in headers.items():
        if name.lower() in _OURS:
            notes.at(name).add("is set by us: leave it out")
        if value and name.lower() in _SECRET_HEADERS and not _SECRET.search(value):
            notes.at(name).add("holds a secret: write secret:<name> in its place, and store its value under that name")


def _texts(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "address", values["address"] or ""
    for name, text in values["query"].items():
        yield f"query.{name}", text or ""
    yield from (("body", text) for text in _texts_inside(values["body"]))


def _texts_inside(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts_inside(inner)


def _filled(value: Any, inputs: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _INPUT.sub(lambda match: inputs[match[1]], value)
    if isinstance(value, Mapping):
        return {name: _filled(inner, inputs) for name, inner in value.items()}
    return [_filled(inner, inputs) for inner in value] if isinstance(value, list) else value


def _url(plugin: Plugin, inputs: Mapping[str, str]) -> str:
    """Each input stays inside its segment: no value of a caller's may lead to another path."""
    place, path = _place_and_path(plugin.address)
    segments = [_segment(plugin, segment, inputs) for segment in path.split("/")]
    query = urlencode({name: _filled(text, inputs) for name, text in plugin.query.items()}, quote_via=quote)
    return place + "/".join(segments) + (f"?{query}" if query else "")


def _segment(plugin: Plugin, segment: str, inputs: Mapping[str, str]) -> str:
    filled = _INPUT.sub(lambda match: quote(inputs[match[1]], safe=""), segment)
    if segment != filled and filled in {"", ".", ".."}:
        raise PluginFailed(
            "bad_input", f"The plugin {plugin.name} was told something that cannot stand in its address."
        )
    return filled


def _place_and_path(address: str) -> tuple[str, str]:
    match = _ADDRESS.fullmatch(address)
    return (match["place"], match["path"]) if match else (address, "")


def _output(plugin: Plugin, name: str, value: Any) -> Any:
    if value is not None and as_text(value) is None:
        raise PluginFailed("bad_shape", f"The output {name} of the plugin {plugin.name} is no single value.")
    return carried(value)[:LONGEST_OUTPUT] if isinstance(value, str) else value
