"""The smallest carrier of the page on carriers really takes a call."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.core.carrier.commands import AddParticipant
from chalicelib.core.ground.errors import NotSigned
from chalicelib.entrypoints.carriers import hear
from chalicelib.entrypoints.http import Reply, Request
from chalicelib.ports import World
from chalicelib.usecases.carry_out import carrier_named
from chalicelib.usecases.play_recording import recording_url
from tests.docs import pages
from tests.fakes.centre import NUMBER, Centre

PAGES = pages.both("carriers")
RING = AddParticipant("c1", "c1-1", "agent:100", NUMBER, 20)


def built(page: Path) -> dict[str, Any]:
    """Run the page's example and give what it defines."""
    (source,) = pages.examples(page, "python")
    defined: dict[str, Any] = {}
    exec(compile(source, str(page), "exec"), defined)  # noqa: S102 - our own page
    return defined


def echoing() -> Centre:
    """A centre whose number starts the echo flow."""

    def change(document: dict[str, Any]) -> None:
        document["numbers"][NUMBER]["flow"] = "echo"

    return Centre(change_config=change)


@pytest.mark.parametrize("page", PAGES)
def test_the_smallest_carrier_takes_a_call_through_the_echo_flow(page: Path) -> None:
    example = built(page)
    world = replace(echoing().immortal, carriers={"plain": example["PlainCarrier"]()})

    def tells(word: str = example["WORD"], **told: str) -> Reply:
        body = json.dumps({"call": "c1", "sid": "1", **told}).encode()
        request = Request("/carriers/plain/events", {}, {"authorization": word}, body)
        return hear(request, "plain", world)

    first = json.loads(tells(what="rings", **{"from": "83366857", "to": NUMBER}).body)
    assert [step["do"] for step in first] == ["Gather"]
    assert first[0]["prompts"][0]["text"] == _asks()
    heard = json.loads(tells(what="asks", turn=first[0]["token"], digits="10086").body)
    assert [step["do"] for step in heard] == ["Say", "Say", "Hangup"]
    assert "幺零，零八六" in heard[0]["text"]
    tells(what="ended")
    with pytest.raises(NotSigned):
        tells("another word", what="asks", turn="1")


@pytest.mark.parametrize("page", PAGES)
def test_the_smallest_carrier_does_what_it_is_told_once(page: Path) -> None:
    carrier = built(page)["PlainCarrier"]()
    world: World = replace(Centre().immortal, carriers={"plain": carrier})
    for again in (False, True):
        carrier_named(world, "plain").execute(RING, again=again)
    assert carrier.done == [RING]


@pytest.mark.parametrize("page", PAGES)
def test_the_smallest_carrier_puts_a_talks_recording_into_our_store_itself(page: Path) -> None:
    example = built(page)
    centre, carrier = Centre(), example["PlainCarrier"]()
    centre.world = replace(centre.world, carriers={"plain": carrier})
    agent = centre.page("101").signs_in().is_ready()

    def tells(**told: Any) -> Any:
        body = json.dumps({"call": "c1", "sid": "1", **told}).encode()
        request = Request("/carriers/plain/events", {}, {"authorization": example["WORD"]}, body)
        return json.loads(str(hear(request, "plain", centre.world).body))

    (asks, *_) = tells(what="rings", **{"from": "83366857", "to": NUMBER})
    tells(what="asks", turn=asks["token"], digits="0")
    agent.hears("Ring")
    (ringing,) = (command for command in carrier.done if isinstance(command, AddParticipant))
    tells(what="answered", leg=ringing.leg, sid="2")
    vocid = agent.hears("Talk")["tags"]["VOCID"]
    tells(what="ended")
    tells(what="recorded", vocid=vocid, sid="r1", seconds=5)
    centre.time.advance(5)
    assert carrier.uploads["r1"] == centre.files.upload_url(vocid, 900)
    assert [event["iParam"] for event in agent.events if event["type"] == "Record"] == [1]
    for _ in range(2):  # a carrier tells it until it is answered
        tells(what="stored", vocid=vocid)
    centre.time.advance(5)
    assert [event["iParam"] for event in agent.events if event["type"] == "Record"] == [1, 4]
    assert recording_url(agent.who, vocid, centre.world)[1].seconds == 5


def _asks() -> str:
    flow = yaml.safe_load((pages.ROOT / "flows" / "echo.yaml").read_text("utf-8"))
    return str(flow["steps"]["ask_digits"]["prompt"]["zh-CN"])
