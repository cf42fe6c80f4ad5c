"""A call keeps the version of its flow that it began with, whatever is published meanwhile."""

import yaml

from chalicelib.usecases.configure import publish_flow
from local.publishing import FLOWS
from tests.fakes.centre import Centre


def publish_with(centre, old, new):
    text = (FLOWS / "freight-waybill.yaml").read_text("utf-8")
    assert old in text
    return publish_flow(yaml.safe_load(text.replace(old, new)), centre.world)


def test_a_call_in_progress_goes_on_as_it_began_and_the_next_caller_hears_the_new_words():
    centre = Centre()
    early = centre.calls("83366857")
    early.hears("查询运单请按1")
    name, version = publish_with(centre, "请输入运单号，以井号键结束", "请报上您的运单号码")
    assert (name, version) == ("freight-waybill", 2)
    centre.time.advance(11)
    late = centre.calls("13800000001")
    late.hears("查询运单请按1")
    late.presses("1")
    late.hears("请报上您的运单号码")
    again = early.hears("查询运单请按1")
    assert again
    early.presses("1")
    early.hears("请输入运单号，以井号键结束")
    assert sorted(call.run.version for call in centre.desk.all_calls()) == [1, 2]
