"""The mixer: every 20 ms each connected party hears what it should, and the recordings take in what is said."""

import asyncio
from typing import TYPE_CHECKING

from local.carrier.audio.mixer import Mixer
from local.carrier.audio.mixing import FRAME_SECONDS
from local.carrier.audio.tapes import Tapes
from local.carrier.exchange import Exchange

if TYPE_CHECKING:
    from local.carrier.audio.peers import Description, Peer

LATE = 0.5
"""A machine that was asleep for longer than this does not make up for what it missed."""


COMES_BACK_WITHIN = 15.0
"""Seconds in which a page that was lost may be loaded again before its call is hung up."""


class UnknownPartyError(LookupError):
    """There is no such leg and no such device."""


class LegIsOverError(Exception):
    """The leg has ended; there is nothing to hear."""


class Studio:
    """All peers of one exchange; it works only while there are any."""

    def __init__(self, exchange: Exchange, tapes: Tapes) -> None:
        self._exchange = exchange
        self._mixer = Mixer(exchange, tapes)
        self._peers: dict[str, Peer] = {}
        self._work: asyncio.Task[None] | None = None
        self._farewells: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> list[str]:
        """The parties that have a peer: CallSids and addresses of devices."""
        return list(self._peers)

    @property
    def working(self) -> bool:
        """Whether the mixer runs."""
        return self._work is not None and not self._work.done()

    async def connect(self, party: str, offer: "Description") -> "Description":
        """Connect a party, in place of an earlier connection of it.

        Args:
            party: A CallSid, or the address of a registered device.
            offer: The browser's offer, with all its candidates.

        Raises:
            UnknownPartyError: Nobody goes by that name.
            LegIsOverError: The call has ended.
            ValueError: The offer cannot be read, or offers no sound.
        """
        from local.carrier.audio.peers import Peer  # noqa: PLC0415  aiortc takes a while to load: not before it is used

        key = self._key(party)
        peer = Peer(self._lost)
        try:
            answer = await peer.answer(offer)
        except BaseException:
            await peer.close()
            raise
        earlier = self._peers.get(key)
        self._peers[key] = peer
        self._start()
        if earlier:
            await earlier.close()
        return answer

    async def disconnect(self, party: str) -> None:
        """Close a party's connection, if it has one."""
        peer = self._peers.pop(self._address(party), None)
        if peer:
            await peer.close()

    async def close(self) -> None:
        """Close everything."""
        for party in self.connected:
            await self.disconnect(party)
        if self._work:
            await self._work
        if self._farewells:
            await asyncio.wait(self._farewells)

    def _key(self, party: str) -> str:
        leg = self._exchange.switchboard.calls.get(party)
        if leg is None and not self._exchange.devices.knows(party):
            raise UnknownPartyError(f"there is no call and no device {party!r}")
        if leg is not None and leg.ended:
            raise LegIsOverError(f"the call {party} is over")
        return self._address(party)

    def _address(self, party: str) -> str:
        return self._exchange.numbering.address(party)

    def _lost(self, peer: "Peer") -> None:
        party = next((party for party, other in self._peers.items() if other is peer), None)
        if party is not None:
            self._part_from(party)
            self._exchange.time.after(COMES_BACK_WITHIN, lambda: self._hang_up_for(party))

    def _hang_up_for(self, party: str) -> None:
        """A customer closed the page: nobody else would ever put that phone down."""
        leg = self._exchange.switchboard.calls.get(party)
        if leg and party not in self._peers:
            self._exchange.switchboard.hang_up(leg)

    def _part_from(self, party: str) -> None:
        farewell = asyncio.create_task(self._peers.pop(party).close())
        self._farewells.add(farewell)
        farewell.add_done_callback(self._farewells.discard)

    def _start(self) -> None:
        if not self.working:
            self._work = asyncio.create_task(self._mix_on())

    async def _mix_on(self) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        while self._peers:
            self._mix_once()
            due += FRAME_SECONDS
            if clock() - due > LATE:
                due = clock()
            await asyncio.sleep(due - clock())

    def _mix_once(self) -> None:
        heard = self._mixer.mix({party: peer.microphone.take() for party, peer in self._peers.items()})
        for party, samples in heard.items():
            self._peers[party].play(samples)
        with self._exchange.time.lock:
            ended = [party for party in self._peers if self._over(party)]
        for party in ended:
            self._part_from(party)

    def _over(self, party: str) -> bool:
        leg = self._exchange.switchboard.calls.get(party)
        return leg is not None and leg.ended
