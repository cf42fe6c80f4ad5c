"""docs/who-hears-whom.md, row by row: everybody speaks a tone of their own, and nobody hears more."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.carriers.stage import Agent, Caller, Person, Stage

DOCS = Path(__file__).parents[2] / "docs"
SEAT, MONITOR, INTERCEPT, BARGE_IN, EMERGENCY, WHISPER = 1, 1, 2, 3, 4, 6
CALL, FLOW = 7, 5
TO_AUTOMATIC, COME_BACK, OF_THE_FLOW = 11, 1, "请输入您的六位会员号"
Cast = dict[str, Person]
"""By their parts: customer, owner, third, supervisor. Who is not in the call is not in it."""


def talk(stage: Stage) -> tuple[Caller, Agent, Cast]:
    caller, owner = stage.a_talk()
    return caller, owner, {"customer": caller, "owner": owner}


def consultation(stage: Stage, *, outside: bool = False) -> tuple[Agent, Person, Cast]:
    caller, owner, third = stage.a_consultation_outside() if outside else stage.a_consultation()
    return owner, third, {"customer": caller, "owner": owner, "third": third}


def conference(stage: Stage, *, outside: bool = False) -> tuple[Agent, Cast]:
    owner, _, cast = consultation(stage, outside=outside)
    owner.confers()
    stage.they_talk(*cast.values())
    return owner, cast


def _in_a_talk(then: Callable[[Agent, Caller], object]) -> Callable[[Stage], Cast]:
    def row(stage: Stage) -> Cast:
        caller, owner, cast = talk(stage)
        then(owner, caller)
        return cast

    return row


def into_the_flow(stage: Stage) -> Cast:
    _, owner, cast = talk(stage)
    owner.does(TO_AUTOMATIC, COME_BACK, "service-authentication")
    return cast


def back_from_the_flow(stage: Stage) -> Cast:
    cast = into_the_flow(stage)
    cast["customer"].hears_prompt(OF_THE_FLOW)
    cast["owner"].retrieves()
    return cast


def _in_a_conference(then: Callable[[Agent, Cast], object]) -> Callable[[Stage], Cast]:
    def row(stage: Stage) -> Cast:
        owner, cast = conference(stage)
        then(owner, cast)
        return cast

    return row


def _controlled(control: int) -> Callable[[Stage], Cast]:
    def row(stage: Stage) -> Cast:
        _, owner, cast = talk(stage)
        supervisor = stage.agent("200", ready=False)
        supervisor.controls(SEAT, control)
        supervisor.comes_in()
        if control == INTERCEPT:
            owner.is_cut_off()
        return {**cast, "supervisor": supervisor}

    return row


def _loses(cast: Cast) -> Cast:
    cast["owner"].browser_dies()
    return cast


def _without(name: str, row: Callable[[Stage], Cast]) -> Callable[[Stage], Cast]:
    return lambda stage: {part: person for part, person in row(stage).items() if part != name}


def third_rings(stage: Stage) -> Cast:
    _, owner, cast = talk(stage)
    colleague = stage.agent("101")
    owner.consults(colleague)
    colleague.is_asked(owner)
    return cast


def consulted(stage: Stage) -> Cast:
    return consultation(stage)[2]


def swapped(stage: Stage) -> Cast:
    owner, _, cast = consultation(stage)
    owner.swaps()
    return cast


def lost_in_consultation(stage: Stage) -> Cast:
    owner, third, cast = consultation(stage)
    owner.browser_dies()
    return {"customer": cast["customer"], "third": third}


def third_has_left(stage: Stage) -> Cast:
    owner, third, cast = consultation(stage)
    third.puts_down()
    owner.is_told("Consult: ended")
    return {"customer": cast["customer"], "owner": owner}


def given_and_ringing(stage: Stage) -> Cast:
    caller, owner, _ = talk(stage)
    colleague = stage.agent("101")
    owner.transfers_to(colleague)
    colleague.is_given(owner)
    owner.is_cut_off()
    return {"customer": caller}


def given(stage: Stage) -> Cast:
    owner, third, cast = consultation(stage)
    owner.completes()
    owner.is_cut_off()
    return {"customer": cast["customer"], "third": third}


def left_alone(stage: Stage) -> Cast:
    owner, cast = conference(stage, outside=True)
    owner.hangs_up()
    return {"customer": cast["customer"], "third": cast["third"]}


def among_colleagues(stage: Stage) -> Cast:
    owner, third = stage.agent(), stage.agent("101")
    owner.calls_inside(third)
    owner.picks_up()
    third.is_told("Ring: inside")
    third.answers("inside")
    return {"owner": owner, "third": third}


def held_among_colleagues(stage: Stage) -> Cast:
    cast = among_colleagues(stage)
    cast["owner"].holds()
    return cast


def a_flow_is_called(stage: Stage) -> Cast:
    agent = stage.agent()
    agent.does(CALL, FLOW, "service-authentication")
    agent.picks_up()
    return {"customer": agent}


ROWS: dict[str, Callable[[Stage], Cast]] = {
    "talk": lambda stage: talk(stage)[2],
    "talk, the owner muted": _in_a_talk(lambda owner, _: owner.mutes()),
    "talk, the customer muted": _in_a_talk(lambda owner, caller: owner.mutes(caller)),
    "hold": _in_a_talk(lambda owner, _: owner.holds()),
    "hold in silence": _in_a_talk(lambda owner, _: owner.holds(silently=True)),
    "into the flow, to come back": into_the_flow,
    "into the flow, the owner's browser is lost": _without("owner", lambda stage: _loses(into_the_flow(stage))),
    "back from the flow": back_from_the_flow,
    "the owner's browser is lost": _without("owner", _in_a_talk(lambda owner, _: owner.browser_dies())),
    "consultation, the third rings": third_rings,
    "consultation": consulted,
    "consultation, swapped": swapped,
    "consultation, the owner's browser is lost": lost_in_consultation,
    "consultation, the third has left": third_has_left,
    "conference": lambda stage: conference(stage)[1],
    "conference, the customer parted": _in_a_conference(lambda owner, cast: owner.parts(cast["customer"])),
    "conference, the third parted": _in_a_conference(lambda owner, cast: owner.parts(cast["third"])),
    "conference, everybody on hold": _in_a_conference(lambda owner, _: owner.holds()),
    "conference, the third muted": _in_a_conference(lambda owner, cast: owner.mutes(cast["third"])),
    "conference, the owner's browser is lost": _without(
        "owner", _in_a_conference(lambda owner, _: owner.browser_dies())
    ),
    "given away, the third rings": given_and_ringing,
    "given away": given,
    "people outside, left alone": left_alone,
    "a call among colleagues": among_colleagues,
    "a call among colleagues, on hold": held_among_colleagues,
    "a flow is called by an agent, its customer": a_flow_is_called,
    "monitor": _controlled(MONITOR),
    "whisper": _controlled(WHISPER),
    "barge in": _controlled(BARGE_IN),
    "intercept": _without("owner", _controlled(INTERCEPT)),
    "emergency call to a busy agent": _controlled(EMERGENCY),
}
PARTS = ("customer", "owner", "third", "supervisor")
NOT_THERE = "-"
IN_CHINESE = {
    "owner": "主责",
    "customer": "客户",
    "third": "第三方",
    "supervisor": "班长",
    "music": "音乐",
    "nobody": "无人",
    "all others": "其他所有人",
    "the flow": "流程",
    NOT_THERE: NOT_THERE,
}


def table(page: str) -> dict[str, list[str]]:
    """Give the rows of a page's tables by their names, without the headings."""
    lines = [line for line in (DOCS / page).read_text("utf-8").splitlines() if re.match(r"\| [^|]", line)]
    rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return {name: cells for name, *cells in rows}


SAID = table("who-hears-whom.md")


def test_every_row_of_the_page_is_played():
    assert list(SAID) == list(ROWS)


def test_the_chinese_page_says_the_same():
    in_chinese = list(table("who-hears-whom.zh.md").values())
    assert in_chinese == [[IN_CHINESE[cell] for cell in cells] for cells in SAID.values()]


@pytest.mark.parametrize("row", ROWS)
def test_everybody_hears_whom_the_page_says_and_nobody_more(stage, row):
    cast = ROWS[row](stage)
    said = dict(zip(PARTS, SAID[row], strict=False))
    assert {part for part, heard in said.items() if heard != NOT_THERE} == set(cast)
    for part, person in cast.items():
        _hears(person, said[part], cast)


def _hears(person: Person, heard: str, cast: Cast) -> None:
    if heard == "music":
        person.hears_music()
    elif heard == "nobody":
        person.hears_nobody()
    elif heard == "the flow":
        person.hears_prompt(OF_THE_FLOW)
        person.hears_nobody()
    elif heard == "all others":
        person.hears(*(other for other in cast.values() if other is not person))
    else:
        person.hears(cast[heard])
