"""The product's own sentences, for when a flow brings none of its own."""

import math
from collections.abc import Mapping

from chalicelib.core.ground.values import dataclass
from chalicelib.core.speech.forms import CHINESE, ENGLISH, say

PHRASES: Mapping[str, Mapping[str, str]] = {
    "all_lines_busy": {
        CHINESE: "座席全忙，请稍候。",
        ENGLISH: "All our agents are busy at the moment.",
    },
    "queue_position": {
        CHINESE: "您目前排在{position:ordinal}位。",
        ENGLISH: "You are {position:ordinal} in line.",
    },
    "estimated_wait": {
        CHINESE: "预计还需等待{wait:duration}。",
        ENGLISH: "The estimated wait is {wait:duration}.",
    },
    "wait_under_a_minute": {
        CHINESE: "预计等待不到一分钟。",
        ENGLISH: "The estimated wait is less than a minute.",
    },
    "please_hold": {
        CHINESE: "请不要挂机，我们会尽快为您接通。",
        ENGLISH: "Please stay on the line and we will be with you as soon as we can.",
    },
    "connecting": {
        CHINESE: "正在为您接通，请稍候。",
        ENGLISH: "We are connecting you now.",
    },
    "you_entered": {
        CHINESE: "您输入的是，{value}。",
        ENGLISH: "You entered: {value}.",
    },
    "confirm_or_reenter": {
        CHINESE: "确认请按{confirm:key}，重新输入请按{reenter:key}。",
        ENGLISH: "To confirm, press {confirm:key}. To enter it again, press {reenter:key}.",
    },
    "reenter": {
        CHINESE: "请重新输入。",
        ENGLISH: "Please enter it again.",
    },
    "invalid_entry": {
        CHINESE: "对不起，您的输入有误。",
        ENGLISH: "Sorry, that is not a valid entry.",
    },
    "nothing_entered": {
        CHINESE: "对不起，没有收到您的输入。",
        ENGLISH: "Sorry, we did not receive anything.",
    },
    "try_again": {
        CHINESE: "请再试一次。",
        ENGLISH: "Please try again.",
    },
    "too_many_attempts": {
        CHINESE: "对不起，您的输入次数过多。",
        ENGLISH: "Sorry, that was one attempt too many.",
    },
    "system_fault": {
        CHINESE: "对不起，系统暂时出现故障，请稍后再拨。",
        ENGLISH: "We are sorry, there is a fault in our system. Please call again later.",
    },
    "goodbye": {
        CHINESE: "感谢您的来电，再见。",
        ENGLISH: "Thank you for calling. Goodbye.",
    },
}


class UnknownPhrase(LookupError):
    """Our fault: there is no such sentence, or a value that it needs was not given."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A value that says itself in the form which a sentence asks for."""

    value: str
    language: str

    def __format__(self, form: str) -> str:
        return say(self.value, form or "text", self.language)


def phrase(key: str, language: str, **values: str | int) -> str:
    """One of the product's sentences, its values spoken in the forms that the sentence names.

    Raises:
        UnknownPhrase: no such key or language, or a value is missing.
        UnspeakableValue: a value does not fit its form.
    """
    try:
        sentence = PHRASES[key][language]
        return sentence.format_map({name: _Spoken(str(value), language) for name, value in values.items()})
    except KeyError as missing:
        raise UnknownPhrase(f"the phrase {key} in {language} cannot be said without {missing}") from None


def waiting_announcement(position: int | None, wait_seconds: float | None, language: str) -> str:
    """What a caller in a queue hears: their place and how long it may take, where these are known.

    The wait is rounded up to whole minutes: to be early pleases, to be late does not.
    """
    sentences = [] if position is None else [phrase("queue_position", language, position=position)]
    if wait_seconds is not None:
        sentences.append(_estimate(wait_seconds, language))
    sentences.append(phrase("please_hold", language))
    return ("" if language == CHINESE else " ").join(sentences)


def _estimate(seconds: float, language: str) -> str:
    if seconds < 60:  # noqa: PLR2004 - a minute
        return phrase("wait_under_a_minute", language)
    return phrase("estimated_wait", language, wait=math.ceil(seconds / 60) * 60)
