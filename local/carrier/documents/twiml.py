"""TwiML read strictly: every verb, attribute, nesting and value is checked against Twilio's vocabulary and our grammar.

Twilio warns about some of what is refused here and drops it. A laptop that refuses is worth more: the mistake is seen
the first time it is made. What is right for Twilio but not emulated is refused as such, by its name.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from local.carrier.documents.codes import (
    BAD_CHILD,
    BAD_CONFERENCE_NAME,
    BAD_LABEL,
    BAD_VALUE,
    NO_RESPONSE,
    PARSE_FAILURE,
    SAY_LANGUAGE,
    SAY_TEXT,
    SAY_TOO_LONG,
    SAY_VOICE,
    SCHEMA,
    TOO_LARGE,
    WRONG_TYPE,
)
from local.carrier.documents.grammar import GRAMMAR, PARTIES, Grammar, is_address, vocabulary
from local.carrier.documents.voices import GOOGLES_LANGUAGES, is_twilios, languages_of
from local.carrier.wire.not_emulated import NOT_EMULATED, told

LARGEST_DOCUMENT = 64 * 1024
LONGEST_SPEECH = 4096
LONGEST_LABEL = 128
MOST_PARTIES = 10
XML_TYPES = frozenset({"text/xml", "application/xml"})
AUDIO_TYPES = ("audio/",)
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class TwimlError(Exception):
    """The product's document is at fault; `code` is the carrier's number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class TwimlNotEmulatedError(TwimlError):
    """The document is right, but has something that this carrier does not do: `what`."""

    def __init__(self, what: str) -> None:
        super().__init__(NOT_EMULATED, told(what))
        self.what = what


@dataclass(frozen=True, slots=True)
class Verb:
    """One element of a document, checked."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """An attribute's value."""
        return self.attributes.get(name, default)

    def seconds(self, name: str, default: float) -> float:
        """A time in seconds."""
        return float(self.attributes.get(name, default))

    def flag(self, name: str, *, default: bool) -> bool:
        """A true or false."""
        value = self.attributes.get(name)
        return default if value is None else value == "true"


def read(document: bytes, content_type: str) -> tuple[Verb, ...]:
    """The verbs of a document in their order; raises TwimlError on anything Twilio would not carry out."""
    if content_type.partition(";")[0].strip().lower() not in XML_TYPES:
        raise TwimlError(WRONG_TYPE, f"TwiML must come as text/xml or application/xml, not {content_type or 'untyped'}")
    if len(document) > LARGEST_DOCUMENT:
        raise TwimlError(TOO_LARGE, f"TwiML may have at most 64 KB, this has {len(document)} bytes")
    return parse(document)


def parse(document: bytes | str) -> tuple[Verb, ...]:
    """The verbs of a document whose type does not matter (the REST parameter Twiml)."""
    try:
        root = ET.fromstring(document)  # noqa: S314  the document is the product's own, on one machine
    except (ET.ParseError, ValueError) as error:
        raise TwimlError(PARSE_FAILURE, f"not well-formed XML: {error}") from None
    if root.tag != "Response":
        raise TwimlError(NO_RESPONSE, f"the root must be <Response>, not <{root.tag}>")
    return _verb(root).children


def _verb(element: ET.Element) -> Verb:
    grammar = GRAMMAR[element.tag]
    _check_attributes(element, grammar)
    _check_text(element, grammar)
    children = () if element.tag == "Say" else tuple(_child(element, child, grammar) for child in element)
    text = " ".join("".join(element.itertext()).split()) if grammar.text and not children else ""
    verb = Verb(element.tag, dict(element.attrib), text, children)
    return FINISH.get(element.tag, _as_it_is)(element, verb)


def _child(parent: ET.Element, child: ET.Element, grammar: Grammar) -> Verb:
    if child.tag not in vocabulary():
        raise TwimlError(SCHEMA, f"<{child.tag}> is not a verb or noun of TwiML")
    if child.tag not in vocabulary()[parent.tag].children:
        raise TwimlError(BAD_CHILD.get(parent.tag, SCHEMA), f"<{child.tag}> may not stand in <{parent.tag}>")
    if child.tag not in grammar.children:
        raise TwimlNotEmulatedError(_inside(child.tag, parent.tag))
    return _verb(child)


def _inside(child: str, parent: str) -> str:
    return f"<{child}>" if parent == "Response" else f"<{child}> in <{parent}>"


def _check_attributes(element: ET.Element, grammar: Grammar) -> None:
    for name, value in element.attrib.items():
        if name not in vocabulary()[element.tag].attributes:
            raise TwimlError(SCHEMA, f"<{element.tag}> has no attribute {name!r}")
        values = grammar.attributes.get(name)
        if values is None:
            raise TwimlNotEmulatedError(f"<{element.tag} {name}>")
        if not values.right(value):
            code = BAD_VALUE.get((element.tag, name), SCHEMA)
            raise TwimlError(code, f"<{element.tag} {name}={value!r}> is not a value the carrier takes")
        if not values.emulated(value):
            raise TwimlNotEmulatedError(f"<{element.tag} {name}={value!r}>")


def _check_text(element: ET.Element, grammar: Grammar) -> None:
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    if not grammar.text and any(piece.strip() for piece in pieces):
        raise TwimlError(SCHEMA, f"<{element.tag}> may not contain text")


def _as_it_is(_element: ET.Element, verb: Verb) -> Verb:
    return verb


def _say(element: ET.Element, verb: Verb) -> Verb:
    _check_markup(element)
    if not verb.text:
        raise TwimlError(SAY_TEXT, "<Say> needs text")
    if len(verb.text) > LONGEST_SPEECH:
        raise TwimlError(SAY_TOO_LONG, f"<Say> may have at most {LONGEST_SPEECH} characters of text")
    _check_voice(verb.get("voice"), verb.get("language"))
    return verb


def _check_markup(speech: ET.Element) -> None:
    """Speech markup is checked by name; it changes how a voice would speak, not what is heard here."""
    for parent in speech.iter():
        for child in parent:
            if child.tag not in vocabulary()[parent.tag].children:
                raise TwimlError(SCHEMA, f"<{child.tag}> is not speech markup that <{parent.tag}> understands")
            for name in child.attrib:
                if name.replace(XML_LANG, "xml:lang") not in vocabulary()[child.tag].attributes:
                    raise TwimlError(SCHEMA, f"<{child.tag}> has no attribute {name!r}")


def _check_voice(voice: str, language: str) -> None:
    spoken = languages_of(voice)
    if not spoken and is_twilios(voice):
        raise TwimlNotEmulatedError(f"the voice {voice!r}")
    if not spoken:
        raise TwimlError(SAY_VOICE, f"there is no voice {voice!r}")
    if language and language not in spoken:
        if not voice and language in GOOGLES_LANGUAGES:
            raise TwimlNotEmulatedError(f"the language {language!r}")
        raise TwimlError(SAY_LANGUAGE, f"the voice {voice or 'of the account'} does not speak {language!r}")


def _play(_element: ET.Element, verb: Verb) -> Verb:
    if bool(verb.text) == ("digits" in verb.attributes):
        raise TwimlError(SCHEMA, "<Play> needs either an address or digits")
    if verb.text and not is_address(verb.text):
        raise TwimlError(SCHEMA, f"<Play> cannot play {verb.text!r}")
    return verb


def _redirect(_element: ET.Element, verb: Verb) -> Verb:
    if not is_address(verb.text):
        raise TwimlError(SCHEMA, f"<Redirect> cannot go to {verb.text!r}")
    return verb


def _dial(element: ET.Element, verb: Verb) -> Verb:
    """A bare number is a <Number>; several nouns ring at once or one after the other."""
    if any((child.tail or "").strip() for child in element) or (len(element) and (element.text or "").strip()):
        raise TwimlError(SCHEMA, "<Dial> takes a bare number or nouns, not both")
    nouns = verb.children or ((Verb("Number", text=verb.text),) if verb.text else ())
    parties = sum(noun.name in PARTIES for noun in nouns)
    if not (0 < parties == len(nouns) <= MOST_PARTIES or (len(nouns) == 1 and not parties)):
        raise TwimlError(SCHEMA, f"<Dial> needs a number, a <Conference>, or 1 to {MOST_PARTIES} other nouns")
    if not parties and verb.flag("answerOnBridge", default=False):
        raise TwimlNotEmulatedError("<Dial answerOnBridge='true'> with a <Conference>")
    return Verb("Dial", verb.attributes, "", nouns)


def _conference(_element: ET.Element, verb: Verb) -> Verb:
    if not verb.text:
        raise TwimlError(BAD_CONFERENCE_NAME, "<Conference> needs a name")
    if not label_is_good(verb.get("participantLabel")):
        raise TwimlError(BAD_LABEL, "a participant's label has at most 128 characters, no '/' and is no CallSid")
    return verb


def label_is_good(label: str) -> bool:
    """Whether a participant may be labelled so; an empty label is none."""
    short = len(label) <= LONGEST_LABEL
    return short and "/" not in label and "%2f" not in label.lower() and not re.fullmatch("CA[0-9a-f]{32}", label)


FINISH: Mapping[str, Callable[[ET.Element, Verb], Verb]] = {
    "Say": _say,
    "Play": _play,
    "Redirect": _redirect,
    "Dial": _dial,
    "Conference": _conference,
}
