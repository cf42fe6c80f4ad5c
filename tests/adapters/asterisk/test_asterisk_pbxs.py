"""Which Asterisk a call lives on follows from its id alone, and stays so while others come and go."""

from collections import Counter
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.asterisk.pbxs import call_id_of, chosen, pbx_of, sid_of, told_by
from chalicelib.core.ground.outside import is_id

NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=16)
PBXS = st.sets(NAMES, min_size=1, max_size=6)
MADE = st.text("0123456789abcdef", min_size=20, max_size=20).map("c{}".format)
CHANNELS = st.text("abcXYZ0189._:@/-", min_size=1, max_size=40).map("a{}".format)


@given(MADE, PBXS)
def test_a_call_that_the_stack_makes_has_one_pbx_in_whatever_order_they_are_named(call, pbxs):
    assert pbx_of(call, sorted(pbxs)) == pbx_of(call, sorted(pbxs, reverse=True)) in pbxs


@given(MADE, PBXS, NAMES)
def test_a_pbx_that_comes_takes_calls_and_moves_none_between_the_others(call, pbxs, new):
    assert pbx_of(call, pbxs | {new}) in {pbx_of(call, pbxs), new}


@given(MADE, PBXS)
def test_a_pbx_that_goes_leaves_the_calls_of_the_others_where_they_are(call, pbxs):
    mine = pbx_of(call, pbxs)
    for gone in pbxs - {mine}:
        assert pbx_of(call, pbxs - {gone}) == mine


def test_all_have_about_as_many():
    pbxs = ["a", "b", "c", "d"]
    calls = (f"c{sha256(str(number).encode()).hexdigest()[:20]}" for number in range(4000))
    assert all(900 < times < 1100 for times in Counter(pbx_of(call, pbxs) for call in calls).values())


@given(NAMES, CHANNELS, PBXS)
def test_a_call_that_arrived_names_its_pbx_whatever_others_there_are(pbx, channel, others):
    call = call_id_of(pbx, channel)
    assert is_id(call)
    assert len(call) <= 48
    assert pbx_of(call, others) == pbx


@given(NAMES, NAMES, CHANNELS)
def test_the_same_channel_of_two_pbxs_is_two_calls(one, other, channel):
    assert (call_id_of(one, channel) == call_id_of(other, channel)) is (one == other)


@given(NAMES, CHANNELS)
def test_the_carriers_id_of_a_leg_gives_back_pbx_and_channel(pbx, channel):
    assert told_by(sid_of(pbx, channel)) == (pbx, channel)


@given(st.text(), PBXS)
def test_what_is_chosen_is_one_of_them_whatever_its_name(name, pbxs):
    assert chosen(name, pbxs) in pbxs
