"""Caller and agent side by side, each in a page of its own: who hears whom, before, during and after hold."""

import urllib.request

import pytest
from desk_album import Album
from desk_sound import AGENT, CALLER, MUSIC, hears, says, tones_in
from desk_stage import AXE, SCREENSHOTS, becomes_ready, dials_for_a_person, eventually, signs_in
from desk_words import WORDS
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(600)]


def test_caller_and_agent_hear_each_other_and_on_hold_the_caller_hears_music(stage):
    language = "en-US"
    words = WORDS[language]
    agent, phone = stage.desk(language, says(AGENT)), stage.phone(language, says(CALLER))
    album = Album(phone, language, SCREENSHOTS, AXE, taken=30)

    signs_in(agent, language)
    becomes_ready(agent, language)
    dials_for_a_person(phone, language)
    expect(agent.locator(".card-ringing")).to_be_visible()
    hears(phone, MUSIC)
    album.glances("phone-waiting")
    agent.keyboard.press("F2")
    expect(phone.get_by_role("status")).to_contain_text(words["phone.talking"])
    they_hear_each_other(agent, phone)
    album.glances("phone-talking")

    agent.keyboard.press("F4")
    hears(phone, MUSIC)
    hears(agent)
    agent.keyboard.press("F4")
    they_hear_each_other(agent, phone)

    vocid = agent.evaluate("iCallAgentX.currentCall.vocId")
    phone.get_by_role("button", name=words["phone.hangUp"]).click()
    expect(agent.locator(".card-wrap-up")).to_be_visible()
    assert tones_in(recorded(agent, vocid)) == {CALLER, AGENT}
    assert not album.violations, "\n".join(album.violations)


def they_hear_each_other(agent: Page, phone: Page) -> None:
    hears(agent, CALLER)
    hears(phone, AGENT)


def recorded(agent: Page, vocid: str) -> bytes:
    """The recording's file, as soon as it is there."""
    addresses: list[str] = []

    def there() -> bool:
        address = agent.evaluate("vocid => iCallAgentX.getVocFileName(vocid).catch(() => '')", vocid)
        addresses.append(address)
        return bool(address)

    assert eventually(there), "the recording never came"
    with urllib.request.urlopen(addresses[-1], timeout=30) as file:  # noqa: S310 - ours
        return file.read()
