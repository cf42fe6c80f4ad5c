"""Which voice speaks which language: a mismatch makes Say fail."""

CHINESE = frozenset({"cmn-CN", "zh-CN"})
BASIC_LANGUAGES = frozenset({
    "da-DK", "de-DE", "en-AU", "en-CA", "en-GB", "en-IN", "en-US", "ca-ES", "es-ES", "es-MX", "fi-FI", "fr-CA", "fr-FR",
    "it-IT", "ja-JP", "ko-KR", "nb-NO", "nl-NL", "pl-PL", "pt-BR", "pt-PT", "ru-RU", "sv-SE", "zh-CN", "zh-HK", "zh-TW",
})  # fmt: skip
BASIC_VOICES = frozenset({"man", "woman", "alice"})
POLLY = {
    "Zhiyu": CHINESE,
    "Hiujin": frozenset({"yue-CN"}),
    "Joanna": frozenset({"en-US"}), "Matthew": frozenset({"en-US"}), "Salli": frozenset({"en-US"}),
    "Joey": frozenset({"en-US"}), "Kendra": frozenset({"en-US"}), "Kimberly": frozenset({"en-US"}),
    "Ruth": frozenset({"en-US"}), "Stephen": frozenset({"en-US"}), "Danielle": frozenset({"en-US"}),
    "Amy": frozenset({"en-GB"}), "Brian": frozenset({"en-GB"}), "Emma": frozenset({"en-GB"}),
    "Olivia": frozenset({"en-AU"}), "Aria": frozenset({"en-NZ"}), "Kajal": frozenset({"en-IN", "hi-IN"}),
    "Lea": frozenset({"fr-FR"}), "Vicki": frozenset({"de-DE"}), "Bianca": frozenset({"it-IT"}),
    "Mizuki": frozenset({"ja-JP"}), "Takumi": frozenset({"ja-JP"}), "Seoyeon": frozenset({"ko-KR"}),
    "Lucia": frozenset({"es-ES"}), "Camila": frozenset({"pt-BR"}), "Tatyana": frozenset({"ru-RU"}),
}  # fmt: skip
NEURAL_ONLY = frozenset({"Hiujin", "Ruth", "Stephen", "Danielle", "Olivia", "Aria", "Kajal"})
STANDARD_ONLY = frozenset({"Tatyana", "Mizuki"})


def languages_of(voice: str) -> frozenset[str]:
    """The languages a voice speaks; empty when there is no such voice."""
    if voice in BASIC_VOICES:
        return BASIC_LANGUAGES
    family, _, name = voice.partition(".")
    person, _, engine = name.partition("-")
    if family != "Polly" or engine not in {"", "Neural"}:
        return frozenset()
    missing = STANDARD_ONLY if engine else NEURAL_ONLY
    return frozenset() if person in missing else POLLY.get(person, frozenset())
