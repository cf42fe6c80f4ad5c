"""When a business system cannot be asked or told, the log names it and says what to mend."""

from chalicelib.core.ground.errors import PluginFailed
from tests.fakes.centre import Centre

REFUSAL = "The plugin waybill may not be asked: http://127.0.0.1:9000 leads back to our own machine."


def test_a_plugin_that_failed_is_named_with_what_to_mend():
    def refused(_name, _inputs):
        raise PluginFailed("refused", REFUSAL)

    centre = Centre(business=refused)
    caller = centre.calls()
    caller.hears("查询运单请按1")
    caller.presses("1")
    caller.hears("请输入运单号")
    caller.presses("6012345678#")
    caller.presses("1")
    caller.hang_up()
    centre.settles()
    assert ("a plugin failed", {"plugin": "waybill", "reason": "refused", "why": REFUSAL}) in centre.watch.notes


def test_a_receiver_that_did_not_take_a_notice_is_named_with_what_it_answered():
    centre = Centre()
    centre.webhooks.failing = 1
    caller = centre.calls()
    caller.hears("查询运单请按1")
    caller.hang_up()
    centre.settles()
    facts = {"endpoint": "business", "kind": "call.ended", "why": "webhook business answered 503"}
    assert ("a webhook was not taken", facts) in centre.watch.notes
    assert centre.webhooks.kinds() == ["call.ended"]
