"""Who asks: a proved person or machine, with what they may do now."""

from chalicelib.core.centre.model import AgentRecord, ApiKey
from chalicelib.core.ground.errors import NotPermitted
from chalicelib.core.ground.values import dataclass


@dataclass(frozen=True, slots=True)
class Who:
    """A proved person or machine: `id` is an AgentID or an API key's name.

    `permissions` are those of the configuration in force, read when this was proved.
    """

    id: str
    permissions: frozenset[str]

    def may(self, *permissions: str) -> bool:
        """Tell whether they have one of these permissions."""
        return not self.permissions.isdisjoint(permissions)

    def needs(self, *permissions: str) -> None:
        """Insist on one of these permissions; where none is named, on nothing.

        Raises:
            NotPermitted: they have none of them.
        """
        if permissions and not self.may(*permissions):
            raise NotPermitted("Your role does not permit this.")


@dataclass(frozen=True, slots=True)
class Person(Who):
    """An agent, of whatever role, as they are configured now.

    `session` is the fingerprint of the session they proved themselves by, empty where a socket did it.
    """

    record: AgentRecord
    session: str = ""


@dataclass(frozen=True, slots=True)
class Machine(Who):
    """A business system's server, by its API key, which says whom it may vouch for."""

    key: ApiKey
