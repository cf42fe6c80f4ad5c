"""The rows of the one table, as PynamoDB models.

The models carry no connection (`Meta`): several tables, or the same one in several tests, may be used in one process.
A thing's document is `body`, JSON to be read by people; a long one, whose row would be billed as a second KB, is the
same JSON compressed in `packed`. Attributes beside it are for conditions and for operators' eyes.
"""

from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import BinaryAttribute, DiscriminatorAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.adapters.dynamodb.codec import pack, unpack
from chalicelib.adapters.dynamodb.keys import Key


class Row(Model):
    """Any row; `expires_at` (s since 1970) is when DynamoDB may remove it, some time later."""

    PK = UnicodeAttribute(hash_key=True)
    SK = UnicodeAttribute(range_key=True)
    kind = DiscriminatorAttribute()
    expires_at = NumberAttribute(null=True)

    @property
    def key(self) -> Key:
        """The row's key."""
        return self.PK, self.SK


class BodyRow(Row):
    """A row with a document."""

    body = UnicodeAttribute(null=True)
    packed = BinaryAttribute(null=True, legacy_encoding=False)

    @property
    def document(self) -> Any:
        """The document, however it is stored."""
        return unpack(self.packed or self.body)


class CallRow(BodyRow, discriminator="call"):
    """A call as it is now."""

    state = UnicodeAttribute()
    version = NumberAttribute()
    queue = UnicodeAttribute(null=True)


class CallEventRow(BodyRow, discriminator="call-event"):
    """What one change of a call wants told, and the call's history; `at` and `settled` in ms since 1970."""

    state = UnicodeAttribute()
    at = NumberAttribute()
    settled = NumberAttribute(null=True)


class AgentRow(BodyRow, discriminator="agent"):
    """An agent as they are now."""

    state = UnicodeAttribute()
    version = NumberAttribute()


class AgentEventRow(BodyRow, discriminator="agent-event"):
    """What one change of an agent wants told, and the socket it goes to."""

    socket = UnicodeAttribute(null=True)


class WaitingRow(Row, discriminator="waiting"):
    """Mirrors a waiting call; the key tells everything."""


class ReadyRow(Row, discriminator="ready"):
    """Mirrors a ready agent; the key tells everything."""


class SignedInRow(Row, discriminator="signed-in"):
    """Mirrors a signed-in agent; the key tells everything."""


class RecordingRow(BodyRow, discriminator="recording"):
    """A recording; `stage` orders its states."""

    stage = NumberAttribute()


class PastCallRow(BodyRow, discriminator="past-call"):
    """A call that has ended, once for its agent and once for its customer."""


class AuditRow(BodyRow, discriminator="audit"):
    """One control of a supervisor, or its refusal."""


class CredentialRow(BodyRow, discriminator="credential"):
    """Something that is good until `until` (ms since 1970)."""

    until = NumberAttribute()


class CountRow(Row, discriminator="count"):
    """How many were counted; good until `until` (ms since 1970)."""

    until = NumberAttribute()
    counted = NumberAttribute()


class PointerRow(Row, discriminator="pointer"):
    """Tells the newest version of something."""

    version = NumberAttribute()


class DocumentRow(BodyRow, discriminator="document"):
    """Something an administrator published."""


class ClaimRow(Row, discriminator="claim"):
    """Tells who may go on applying a configuration: who wrote `token` last."""

    token = UnicodeAttribute()


class EntryRow(BodyRow, discriminator="entry"):
    """An agent, seat, user name or password of the configuration, since `version` and before."""

    version = NumberAttribute()


def bodied(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give the attribute that holds the document; BadRequest if it is too long."""
    stored = pack(document)
    return {"body": stored} if isinstance(stored, str) else {"packed": stored}


def keyed(key: Key) -> dict[str, Any]:
    """Give the attributes that are the key."""
    return {"PK": key[0], "SK": key[1]}
