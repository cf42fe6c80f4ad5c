"""Agents' passwords are kept as hashes that are slow to guess."""

import time

import pytest

from chalicelib.adapters.passwords import Cost, ScryptPasswords

QUICK = ScryptPasswords(Cost(n=2, r=1, p=1))


def test_the_right_password_fits_its_hash_and_no_other():
    hashed = QUICK.hash("开门 open")
    assert QUICK.verify("开门 open", hashed)
    assert not QUICK.verify("开门 Open", hashed)


def test_two_hashes_of_one_password_differ_and_hold_neither():
    assert QUICK.hash("open") != QUICK.hash("open")
    assert "open" not in QUICK.hash("open")


def test_a_password_fits_however_the_keyboard_composed_it():
    assert QUICK.verify("cafe\u0301\uff11", QUICK.hash("caf\u00e91"))


KEY = "the key to the seals, long and random"


def test_a_seal_tells_an_unchanged_password_and_its_own_hash_from_any_other():
    hashed = QUICK.hash("open")
    seal = QUICK.seal(KEY, "open", hashed)
    assert seal == QUICK.seal(KEY, "open", hashed)
    others = [QUICK.seal(KEY, "Open", hashed), QUICK.seal(KEY, "open", QUICK.hash("open"))]
    assert seal not in [*others, QUICK.seal(KEY + "!", "open", hashed)]


def test_a_seal_holds_neither_password_nor_key():
    seal = QUICK.seal(KEY, "open", QUICK.hash("open"))
    assert "open" not in seal
    assert KEY not in seal


@pytest.mark.parametrize(
    "stored", [None, "", "open", "scrypt$2$1$1$!$!", "bcrypt$2$1$1$AAAA$AAAA", "scrypt$x$1$1$AAAA$AAAA"]
)
def test_without_a_usable_hash_no_password_fits(stored):
    assert not QUICK.verify("open", stored)


def test_a_hash_made_at_another_cost_is_still_checked():
    assert QUICK.verify("open", ScryptPasswords(Cost(n=4, r=2, p=1)).hash("open"))


def test_an_unknown_agent_takes_as_long_as_a_wrong_password():
    passwords = ScryptPasswords(Cost(n=2**14))
    hashed = passwords.hash("open")
    assert min(_seconds(passwords, None) for _ in range(3)) > 0.3 * min(_seconds(passwords, hashed) for _ in range(3))


def _seconds(passwords, hashed):
    began = time.process_time()
    assert not passwords.verify("wrong", hashed)
    return time.process_time() - began


def test_the_usual_cost_is_owasps_and_its_memory_suffices():
    hashed = ScryptPasswords().hash("open")
    assert hashed.startswith("scrypt$32768$8$3$")
    assert Cost().memory < 64 * 1024 * 1024
