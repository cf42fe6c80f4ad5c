"""Telephones that are registered at another pbx of the stack."""

import pytest

from icall_bridge.heart.state import Call, Ways
from icall_bridge.messages import LegEnded, Ring
from tests.bridge.stages import Stage

LISI = Ring("sip:lisi@phones.shunda.example", "+86755", 20, "v1")


@pytest.fixture
def stage():
    stage = Stage(Call("c1", Ways(peers=("berlin2", "berlin3"))))
    stage.asterisk.unknown = {"PJSIP/lisi"}
    return stage


def dialled(stage):
    return stage.asterisk.channels["c1.l1"].name


def test_one_that_is_registered_here_is_rung_here(stage):
    stage.asterisk.unknown = set()
    stage.order("l1", LISI)
    assert dialled(stage) == "PJSIP/lisi"


def test_one_that_is_not_registered_here_is_rung_at_another_pbx(stage):
    stage.order("l1", LISI)
    assert dialled(stage) == "PJSIP/lisi@berlin2"
    stage.asterisk.picks_up("c1.l1")
    stage.settles()
    assert stage.news("l1") == ["leg.answered", "leg.joined"]


@pytest.mark.parametrize("cause", [1, 20])
def test_where_nobody_knows_it_the_next_pbx_is_asked(stage, cause):
    stage.order("l1", LISI)
    stage.asterisk.hangs_up("c1.l1", cause)
    stage.settles()
    assert (dialled(stage), stage.news("l1")) == ("PJSIP/lisi@berlin3", [])


def test_one_that_is_registered_nowhere_is_told_once(stage):
    stage.order("l1", LISI)
    for _ in range(2):
        stage.asterisk.hangs_up("c1.l1", 1)
        stage.settles()
    assert [news for _, news in stage.told] == [LegEnded("failed")]


@pytest.mark.parametrize(("cause", "word"), [(17, "busy"), (21, "rejected"), (19, "no-answer")])
def test_one_that_was_found_is_looked_for_no_further(stage, cause, word):
    stage.order("l1", LISI)
    stage.asterisk.hangs_up("c1.l1", cause)
    stage.settles()
    assert stage.last("l1") == LegEnded(word)


def test_one_that_rang_is_rung_nowhere_else(stage):
    stage.order("l1", LISI)
    stage.asterisk.rings("c1.l1")
    stage.settles()
    stage.asterisk.hangs_up("c1.l1", 20)
    stage.settles()
    assert isinstance(stage.last("l1"), LegEnded)


def test_the_time_for_which_it_may_ring_is_that_of_all_together(stage):
    stage.order("l1", LISI)
    stage.passes(15)
    stage.asterisk.hangs_up("c1.l1", 1)
    stage.settles()
    stage.passes(10)
    assert stage.last("l1") == LegEnded("no-answer")


def test_a_number_outside_is_no_affair_of_other_pbxs(stage):
    stage.order("l1", Ring("+8613800138000", "", 20))
    stage.asterisk.hangs_up("c1.l1", 1)
    stage.settles()
    assert stage.last("l1") == LegEnded("failed")
