"""Secrets by name: from AWS Systems Manager Parameter Store, or on a laptop from a file."""

import json
from pathlib import Path

from chalicelib.core.ground.errors import NotConfigured
from chalicelib.core.ground.values import dataclass

_KEPT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class ParameterStoreSecrets:
    """SecureString parameters under `prefix` (`/icall/prod/`), each asked for at most every five minutes."""

    prefix: str

    def get(self, name: str) -> str:
        """Give the secret, or raise NotConfigured with its name alone."""
        # Imported here: most requests need no secret, and boto3's client for it costs a cold start 30 ms.
        from aws_lambda_powertools.utilities import parameters  # noqa: PLC0415

        try:
            found = parameters.get_parameter(self.prefix + name, decrypt=True, max_age=_KEPT_SECONDS)
        except parameters.exceptions.GetParameterError:
            raise _missing(name, "Parameter Store") from None
        return str(found)


@dataclass(frozen=True, slots=True)
class FileSecrets:
    """A JSON file of names and secrets, for the laptop; read anew each time, so that it may be edited."""

    path: Path

    def get(self, name: str) -> str:
        """Give the secret, or raise NotConfigured with its name alone."""
        try:
            found = json.loads(self.path.read_text("utf-8")).get(name)
        except (OSError, ValueError, AttributeError):
            raise NotConfigured(f"the secrets' file {self.path.name} cannot be read as a JSON object") from None
        if not isinstance(found, str):
            raise _missing(name, self.path.name)
        return found


def _missing(name: str, place: str) -> NotConfigured:
    return NotConfigured(f"the secret {name!r} is not in {place}, or may not be read by us")
