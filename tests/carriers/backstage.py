"""What stands behind the stage of the contract suite: all that a carrier writes to join it.

The scenarios of this folder say what a carrier and the centre do together, in the words of `stage.py`: callers, agents
at their pages, people outside, the business system. They never name a carrier. Each runs on every backstage in
`conftest.BACKSTAGES`; a carrier joins by one class that keeps `Backstage`, and what it cannot do it names in `lacks`:
the scenarios that need it are skipped, with its reason.

Everybody at a telephone speaks the tone that `tones.voices` gives them; all music is `tones.MUSIC`. Who hears whom is
measured in what comes out of the telephones, never read off somebody's tables.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any, ClassVar, Protocol


class Need(Enum):
    """What a scenario may need and a carrier may lack; `pytest.mark.needs(...)` names it."""

    BROWSER_SEATS = auto()
    SIP_SEATS = auto()
    TELEPHONE_SEATS = auto()
    KEYS_WHILE_TALKING = auto()
    """The carrier tells of keys that the customer presses while talking."""
    TROUBLED_NEWS = auto()
    """What the carrier tells can be made to come late, twice, in another order or not at all."""
    TROUBLED_ORDERS = auto()
    """Orders to the carrier can be made to fail."""


class News(Enum):
    """What a carrier tells."""

    ARRIVAL = auto()
    """A caller dials, and the carrier asks what to do."""
    KEYS = auto()
    """A caller's turn is over, and the carrier asks how to go on."""
    RINGING = auto()
    ANSWERED = auto()
    ENDED = auto()
    """A leg is over, however it ended; or never came about."""
    MEETING = auto()
    """Somebody comes into a conference, is held there, leaves it."""
    RECORDED = auto()
    REPORTS = auto()
    """All that is told without a question."""
    ANYTHING = auto()


class Order(Enum):
    """What a carrier is told to do."""

    RING = auto()
    """Call somebody into the conference."""
    CHANGE = auto()
    """Hold, retrieve or let hear keys somebody who is in the conference."""
    MOVE = auto()
    """Bring a leg somewhere else, or end it."""
    RECORD = auto()
    """Start, pause, resume or stop a recording."""
    HAND_OVER_RECORDING = auto()
    ANYTHING = auto()


class Failure(Enum):
    """How an order fails."""

    REFUSED = auto()
    """A definite no, for good."""
    OVERRUN = auto()
    """Too many requests: not now."""
    FAULT = auto()
    """The carrier's fault; nothing was done."""
    FAULT_BUT_DONE = auto()
    SILENCE = auto()
    """The connection was lost before anything was done."""
    SILENCE_BUT_DONE = auto()
    ANSWERED_LATE = auto()
    """All went well, but the answer takes its time."""


@dataclass(frozen=True, slots=True)
class TroubledNews:
    """What becomes of the next `times` (None: all) news of a kind, about one telephone or all; `late` in seconds."""

    news: News
    about: "Telephone | None" = None
    late: float = 0.0
    twice: bool = False
    swapped: bool = False
    lost: bool = False
    times: int | None = 1


@dataclass(frozen=True, slots=True)
class TroubledOrder:
    """What becomes of the next `times` (None: all) orders of a kind; `late` in seconds."""

    order: Order
    failure: Failure
    late: float = 0.0
    times: int | None = 1


class Behaviour(Enum):
    """What happens when a telephone is called."""

    PERSON = auto()
    """It rings until the scenario does something."""
    BUSY = auto()
    NEVER_ANSWERS = auto()
    OUT_OF_ORDER = auto()


class Telephone(Protocol):
    """One telephone, with at most one conversation: a caller's, an agent's, a stranger's."""

    number: str
    tone: int

    def dial(self, number: str) -> None:
        """Call."""

    def is_ringing(self) -> bool:
        """Tell whether it rings now."""

    def is_connected(self) -> bool:
        """Tell whether somebody answered it, or it called and was not hung up on."""

    def pick_up(self) -> None:
        """Answer what rings."""

    def decline(self) -> None:
        """Refuse what rings."""

    def put_down(self) -> None:
        """Hang up, if there is anything."""

    def press(self, key: str) -> None:
        """Press one key."""

    def sounds(self) -> frozenset[int] | None:
        """Give the tones in Hz that came out of it during the whole last half second, None when they changed."""

    def prompts(self) -> list[str]:
        """Give what was said to this telephone in its last conversation, in order."""

    def keys_heard(self) -> str:
        """Give the keys whose tones came out of it in its last conversation."""


class Page(Protocol):
    """An agent's page, as a browser would run it: a session, a socket of icall.v1, and nothing else of the product."""

    @property
    def events(self) -> list[Mapping[str, Any]]:
        """Every event so far in the order of its number, each once."""

    def signs_in(self) -> object:
        """Sign in and open the socket."""

    def connects(self) -> object:
        """Open the socket anew and catch up."""

    def loses_its_socket(self) -> None:
        """Lose the socket."""

    def does(self, act: int, i_param: int = 0, s_param: str = "") -> int:
        """DoAction: give its return value."""

    def controls(self, seat: int, control: int) -> int:
        """DoControl: give its return value."""

    def missing(self) -> bool:
        """Tell whether an event came of which an earlier one is missing."""


class Backstage(ABC):
    """One carrier with a whole centre, as the demo configuration describes it (`config/demo.yaml`).

    Agent 100 sits at a browser, 101 at a SIP telephone, 102 at a telephone outside.
    """

    called: ClassVar[str]
    lacks: ClassVar[Mapping[Need, str]] = {}
    """What it cannot do, and why: the words of the skip."""
    number: str
    """The centre's own, with the flow `freight-waybill`."""
    straight: str
    """Another one, whose flow (`straight.yaml`) asks nothing and leads into the queue."""
    rest: float
    """Seconds after which nothing more can happen when all is over."""

    @classmethod
    @abstractmethod
    def stands(cls, folder: Path) -> AbstractContextManager[Callable[[Any], "Backstage"]]:
        """Put up what all scenarios share, with a folder of its own; give what makes a backstage for one of them.

        It is called with pytest's MonkeyPatch.
        """

    @abstractmethod
    def close(self) -> None:
        """Take down what stood for one scenario, however it ended."""

    @abstractmethod
    def until(self, holds: Callable[[], bool], within: float) -> bool:
        """Let time pass until the condition holds; tell whether it did within the seconds."""

    @abstractmethod
    def passes(self, seconds: float) -> None:
        """Let the seconds pass."""

    @abstractmethod
    def meanwhile(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something in so many seconds, whatever else is being done then."""

    @abstractmethod
    def telephone(self, number: str, tone: int, behaviour: Behaviour = Behaviour.PERSON) -> Telephone:
        """Put up a telephone outside."""

    @abstractmethod
    def seat(self, agent_id: str, tone: int) -> tuple[Page, Telephone]:
        """Put up an agent's page, not signed in, and the telephone of their seat."""

    @abstractmethod
    def notices(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        """Give what the business system was told by webhook: (id, type, data), in order."""

    @abstractmethod
    def recording(self, page: Page, vocid: str) -> bytes | None:
        """Give the WAV file that this page may hear under the VOCID, None while there is none."""

    @abstractmethod
    def by_the_table(self) -> Mapping[str, frozenset[int] | None]:
        """Give for each telephone that has a part in a call (by its number) the tones in Hz that it ought to hear.

        It follows from the calls' parties alone; None where a flow speaks. A part that no telephone has stands here
        under another name.
        """

    @abstractmethod
    def lets_people_talk_alone(self, minutes: int) -> None:
        """Configure how long people outside may talk without an agent; 0: not at all."""

    @abstractmethod
    def complaints(self) -> list[str]:
        """Give what the carrier, or a queue, found wrong with the product."""

    def diary(self) -> list[str]:
        """Give what happened, line by line, for who wonders why a scenario failed."""
        return []

    @abstractmethod
    def behave(self) -> None:
        """End all trouble."""

    def trouble_news(self, trouble: TroubledNews) -> None:
        """Spoil what is told; only where it does not lack TROUBLED_NEWS."""
        raise NotImplementedError

    def trouble_order(self, trouble: TroubledOrder) -> None:
        """Spoil what is ordered; only where it does not lack TROUBLED_ORDERS."""
        raise NotImplementedError
