"""Which voice speaks which language: a mismatch makes Say fail.

The voices are Amazon Polly's, by language: those with the standard engine ("Polly.Mathieu") and those with the neural
one ("Polly.Lea-Neural"). What else Twilio has to speak with is told apart from what nobody has.
"""

import re
import unicodedata
from collections.abc import Mapping

BASIC_LANGUAGES = frozenset({
    "da-DK", "de-DE", "en-AU", "en-CA", "en-GB", "en-IN", "en-US", "ca-ES", "es-ES", "es-MX", "fi-FI", "fr-CA", "fr-FR",
    "it-IT", "ja-JP", "ko-KR", "nb-NO", "nl-NL", "pl-PL", "pt-BR", "pt-PT", "ru-RU", "sv-SE", "zh-CN", "zh-HK", "zh-TW",
})  # fmt: skip
BASIC_VOICES = frozenset({"man", "woman", "alice"})
STANDARD = {
    "arb": "Zeina", "cmn-CN": "Zhiyu", "cy-GB": "Gwyneth", "da-DK": "Naja Mads", "de-DE": "Marlene Vicki Hans",
    "en-AU": "Nicole Russell", "en-GB": "Amy Emma Brian", "en-GB-WLS": "Geraint", "en-IN": "Aditi Raveena",
    "en-US": "Ivy Joanna Joey Justin Kendra Kimberly Matthew Salli", "es-ES": "Conchita Lucia Enrique", "es-MX": "Mia",
    "es-US": "Lupe Penelope Miguel", "fr-CA": "Chantal", "fr-FR": "Celine Lea Mathieu", "hi-IN": "Aditi",
    "is-IS": "Dora Karl", "it-IT": "Carla Bianca Giorgio", "ja-JP": "Mizuki Takumi", "ko-KR": "Seoyeon",
    "nb-NO": "Liv", "nl-NL": "Lotte Ruben", "pl-PL": "Ewa Maja Jacek Jan", "pt-BR": "Camila Vitoria Ricardo",
    "pt-PT": "Ines Cristiano", "ro-RO": "Carmen", "ru-RU": "Tatyana Maxim", "sv-SE": "Astrid", "tr-TR": "Filiz",
}  # fmt: skip
NEURAL = {
    "ar-AE": "Hala Zayd", "ca-ES": "Arlet", "cmn-CN": "Zhiyu", "cs-CZ": "Jitka", "da-DK": "Sofie",
    "de-AT": "Hannah", "de-CH": "Sabrina", "de-DE": "Vicki Daniel", "en-AU": "Olivia", "en-GB": "Amy Emma Brian Arthur",
    "en-IE": "Niamh", "en-IN": "Kajal", "en-NZ": "Aria", "en-SG": "Jasmine",
    "en-US": "Ivy Joanna Joey Justin Kendra Kevin Kimberly Matthew Salli Ruth Stephen Danielle Gregory",
    "en-ZA": "Ayanda", "es-ES": "Lucia Sergio", "es-MX": "Mia Andres", "es-US": "Lupe Pedro", "fi-FI": "Suvi",
    "fr-BE": "Isabelle", "fr-CA": "Gabrielle Liam", "fr-FR": "Lea Remi", "hi-IN": "Kajal", "it-IT": "Bianca Adriano",
    "ja-JP": "Takumi Kazuha Tomoko", "ko-KR": "Seoyeon Jihye", "nb-NO": "Ida", "nl-BE": "Lisa", "nl-NL": "Laura",
    "pl-PL": "Ola", "pt-BR": "Camila Vitoria Thiago", "pt-PT": "Ines", "sv-SE": "Elin", "tr-TR": "Burcu",
    "yue-CN": "Hiujin",
}  # fmt: skip
GENERATIVE_ALONE = frozenset({
    "Ambre", "Arjun", "Beatrice", "Carlos", "Carolina", "Curtis", "Florian", "Hyunduk", "Kenneth", "Kiara", "Lennart",
    "Leo", "Lorenzo", "Nate", "Tiffany", "Tina",
})  # fmt: skip
"""Polly's voices that have neither of the two engines."""
ALSO_CALLED = {"cmn-CN": "zh-CN"}
ENGINES = {"": STANDARD, "Neural": NEURAL}
PEOPLE = {name for voices in ENGINES.values() for names in voices.values() for name in names.split()}
GOOGLES = re.compile(r"Google\.[a-z]{2,3}-[A-Z]{2}-(Standard|Wavenet|Neural2|Chirp3-HD)-[A-Z][A-Za-z]*")
GOOGLES_LANGUAGES = frozenset({
    "af-ZA", "ar-XA", "bg-BG", "bn-IN", "cmn-TW", "el-GR", "eu-ES", "fil-PH", "gl-ES", "gu-IN", "he-IL", "hu-HU",
    "id-ID", "kn-IN", "lt-LT", "lv-LV", "ml-IN", "mr-IN", "ms-MY", "pa-IN", "sk-SK", "sr-RS", "ta-IN", "te-IN", "th-TH",
    "uk-UA", "vi-VN", "yue-HK",
})  # fmt: skip
"""What only Google's voices speak."""


def languages_of(voice: str) -> frozenset[str]:
    """The languages a voice speaks, or any voice for ""; empty when there is no such voice."""
    if not voice:
        return BASIC_LANGUAGES | _tags(STANDARD) | _tags(NEURAL)
    if voice in BASIC_VOICES:
        return BASIC_LANGUAGES
    person, engine = _polly(voice)
    voices = ENGINES.get(engine, {})
    return _tags({language: names for language, names in voices.items() if person in names.split()})


def is_twilios(voice: str) -> bool:
    """Whether Twilio has such a voice, as far as its name tells."""
    person, engine = _polly(voice)
    has_it = person in PEOPLE | GENERATIVE_ALONE and engine == "Generative"
    return has_it or person in GENERATIVE_ALONE or GOOGLES.fullmatch(voice) is not None


def _polly(voice: str) -> tuple[str, str]:
    """Who speaks, written without accents, and by which engine; nobody when the voice is none of Polly's."""
    family, _, name = voice.partition(".")
    plain = "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
    person, _, engine = plain.partition("-")
    return (person, engine) if family == "Polly" else ("", "")


def _tags(voices: Mapping[str, str]) -> frozenset[str]:
    return frozenset(voices) | {ALSO_CALLED[language] for language in voices if language in ALSO_CALLED}
