"""The vocabulary is the official library's: what it writes is carried out, or told not to be emulated."""

import inspect
from itertools import product as combinations

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import patient
from twilio.twiml import TwiML
from twilio.twiml.voice_response import VoiceResponse

from local.carrier.documents.grammar import GRAMMAR, vocabulary
from local.carrier.documents.twiml import SCHEMA, TwimlError, parse
from local.carrier.documents.voices import GENERATIVE_ALONE, PEOPLE, is_twilios, languages_of
from local.carrier.wire.not_emulated import NOT_EMULATED

DOCUMENTED_ALONE = {("Client", "clientNotificationUrl")}
"""What Twilio's reference has and its library has not."""
VALUES = (
    "true", "5", "POST", "/address", "busy", "dtmf", "completed", "auto", "us1", "large", "do-not-trim",
    "do-not-record", "join", "CA" + "0" * 32, "en-US", "alice",
)  # fmt: skip


def element_methods(cls):
    own = inspect.getmembers(cls, inspect.isfunction)
    return [method for name, method in own if name in cls.__dict__ and not hasattr(TwiML, name) and name[0] != "_"]


def made_by(method, parent):
    """The element that a method of the library's makes, every attribute of it set."""
    names = [each.name for each in inspect.signature(method).parameters.values() if each.kind is not each.VAR_KEYWORD]
    return method(parent, **{name: "x" for name in names if name != "self"})


def the_librarys_vocabulary():
    attributes, children, todo, seen = {}, {}, [VoiceResponse()], set()
    while todo:
        parent = todo.pop()
        for method in element_methods(type(parent)):
            child = made_by(method, parent)
            children.setdefault(parent.name, set()).add(child.name)
            attributes.setdefault(child.name, set()).update(child.attrs)
            if type(child) not in seen:
                seen.add(type(child))
                todo.append(child)
    return attributes, children


def test_the_vocabulary_is_the_official_librarys():
    attributes, children = the_librarys_vocabulary()
    for element, attribute in DOCUMENTED_ALONE:
        assert attribute not in attributes[element]
        attributes[element].add(attribute)
    known = vocabulary()
    assert {name: set(known[name].attributes) for name in known} == {
        name: attributes.get(name, set()) for name in known
    }
    assert {name: set(known[name].children) for name in known} == {name: children.get(name, set()) for name in known}
    assert known.keys() == attributes.keys() | {"Response"}


def test_what_is_emulated_is_part_of_the_vocabulary():
    for name, grammar in GRAMMAR.items():
        assert grammar.attributes.keys() <= vocabulary()[name].attributes
        assert grammar.children <= vocabulary()[name].children


def read(document):
    """How a document is taken: None, or the code of its refusal."""
    try:
        parse(document)
    except TwimlError as error:
        return error.code
    return None


def refusal_of(document):
    """Why a document is refused, blank when it is not."""
    try:
        parse(document)
    except TwimlError as error:
        return str(error)
    return ""


def wrapped(element, attributes="", text="x"):
    """A document with one element in a place where it may stand."""
    inner = f"<{element} {attributes}>{text}</{element}>"
    if element in {"Number", "Client", "Sip", "Conference", "Application", "Sim", "WhatsApp"}:
        return f"<Response><Dial>{inner}</Dial></Response>"
    return f"<Response>{inner}</Response>"


EMULATED_ATTRIBUTES = [(name, each) for name in GRAMMAR if name != "Response" for each in vocabulary()[name].attributes]


@pytest.mark.parametrize(("element", "attribute"), sorted(EMULATED_ATTRIBUTES))
def test_every_attribute_of_an_emulated_element_can_be_set_or_is_told_not_to_be_emulated(element, attribute):
    texts = {"Gather": "", "Pause": "", "Hangup": "", "Reject": "", "Play": "" if attribute == "digits" else "a.wav"}
    codes = {read(wrapped(element, f'{attribute}="{value}"', texts.get(element, "x"))) for value in VALUES}
    assert codes & {None, NOT_EMULATED}


@pytest.mark.parametrize("element", sorted(vocabulary()["Response"].children - GRAMMAR["Response"].children))
def test_a_verb_that_is_not_emulated_is_told_so(element):
    assert read(wrapped(element)) == NOT_EMULATED


@st.composite
def documents(draw):
    """What the official library can write, with values that may be right or not."""
    response = VoiceResponse()
    for _ in range(draw(st.integers(1, 3))):
        _write(draw, response, depth=2)
    return response.to_xml()


def _write(draw, parent, depth):
    methods = element_methods(type(parent))
    if not methods:
        return
    method = draw(st.sampled_from(methods))
    values = st.sampled_from(VALUES)
    fields = {}
    for each in inspect.signature(method).parameters.values():
        if each.name == "self" or each.kind is each.VAR_KEYWORD:
            continue
        if each.default is each.empty or draw(st.booleans()):
            fields[each.name] = draw(values)
    child = method(parent, **fields)
    if depth and draw(st.booleans()):
        _write(draw, child, depth - 1)


@patient
@given(documents())
def test_no_document_of_the_librarys_is_refused_for_a_name_that_exists(document):
    reason = refusal_of(document)
    for untrue in ("has no attribute", "is not a verb or noun", "may not stand in"):
        assert untrue not in reason


@patient
@given(st.text())
def test_no_text_does_more_than_be_refused(document):
    assert read(document) is not None


def test_a_name_that_does_not_exist_is_wrong_wherever_it_stands():
    for element in GRAMMAR.keys() - {"Response"}:
        assert read(wrapped(element, 'colour="red"')) == SCHEMA
        assert read(wrapped(element, text="<Shout/>")) == SCHEMA


def test_every_voice_of_pollys_is_known():
    model = botocore.session.get_session().get_service_model("polly")
    assert set(model.shape_for("VoiceId").enum) == PEOPLE | GENERATIVE_ALONE
    spoken = set(model.shape_for("LanguageCode").enum)
    for person, engine in combinations(PEOPLE, ("", "-Neural")):
        assert languages_of(f"Polly.{person}{engine}") <= spoken | {"zh-CN"}
        assert is_twilios(f"Polly.{person}-Generative")
