"""Sessions, tickets and codes cannot be guessed, nor used by whoever reads the store."""

import hashlib

from chalicelib.adapters.tokens import RandomTokens


def test_no_two_secrets_are_alike_and_each_has_256_bits():
    tokens = RandomTokens()
    made = {tokens.new() for _ in range(100)}
    assert len(made) == 100
    assert all(len(secret) == 43 and secret.replace("-", "").replace("_", "").isalnum() for secret in made)


def test_what_is_stored_is_the_secrets_hash():
    assert RandomTokens().fingerprint("s") == hashlib.sha256(b"s").hexdigest()
