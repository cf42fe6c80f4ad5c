"""Unguessable strings, and what is stored in their place."""

import hashlib
import hmac
import secrets


class RandomTokens:
    """Secrets of 256 random bits. Being random, they need no salt and no slow hash."""

    def new(self) -> str:
        """Give a new secret, fit for a URL or a header."""
        return secrets.token_urlsafe(32)

    def fingerprint(self, secret: str) -> str:
        """Give the SHA-256 of the secret in hexadecimal digits."""
        return hashlib.sha256(secret.encode()).hexdigest()

    def same(self, sent: str, secret: str) -> bool:
        """Tell whether they are the same, in a time that does not tell where they differ."""
        return hmac.compare_digest(sent.encode(), secret.encode())
