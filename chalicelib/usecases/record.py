"""Record: note what the carrier reports of a recording, and bring its file into our own store."""

from dataclasses import replace

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.hearing import Recorded, hears_file_ready
from chalicelib.core.carrier.events import RecordingReported, RecordingStored
from chalicelib.core.told.notices import Heard
from chalicelib.core.told.recordings import Recording, RecordingState
from chalicelib.ports import Change, World
from chalicelib.usecases.carry_out import carrier_named
from chalicelib.usecases.commit import commit, decides_again

UPLOAD_SECONDS = 900
"""How long an address is good for at which a carrier puts a file itself."""


def note_recording(event: RecordingReported, world: World) -> None:
    """Note that a recording's file is ready at the carrier, or never will be; the stream has it fetched."""
    call = world.desk.call(event.call)
    if call is None:
        return
    state = RecordingState.REPORTED if event.status == "completed" else RecordingState.ABSENT
    recording = Recording(
        vocid=event.vocid,
        call=call.id,
        agents=call.talkers(event.vocid),
        carrier=call.carrier,
        sid=event.sid,
        state=state,
        seconds=event.seconds,
        at=world.clock.now(),
    )
    world.desk.keep_recording(recording)


def fetch_recording(vocid: str, world: World) -> None:
    """Bring a recording's file from the carrier into our own store, or let the carrier bring it.

    A handler that died after the file was stored leaves the telling and the removing to the message's next delivery.

    Raises:
        CarriersFault: not to be had now; try again later.
    """
    recording = world.desk.recording(vocid)
    if recording is None or recording.state is RecordingState.ABSENT:
        return
    if recording.state is not RecordingState.READY:
        carrier, address = carrier_named(world, recording.carrier), world.files.upload_url(vocid, UPLOAD_SECONDS)
        wav = carrier.hand_over_recording(recording.sid, address)
        if wav is None:
            return
        world.files.put(vocid, wav)
    _is_stored(recording, world)


def note_stored(event: RecordingStored, world: World) -> None:
    """Note that the carrier has put a recording's file into our store; told again, it does what was left undone."""
    recording = world.desk.recording(event.vocid)
    if recording and recording.call == event.call and recording.state is not RecordingState.ABSENT:
        _is_stored(recording, world)


def _is_stored(recording: Recording, world: World) -> None:
    """Let a file that lies in our store be heard, tell who talked, and remove it at the carrier."""
    again = recording.state is RecordingState.READY
    if not again:
        world.desk.keep_recording(replace(recording, state=RecordingState.READY))
    for agent_id in recording.agents:
        _tell_ready(recording, agent_id, world, again=again)
    carrier_named(world, recording.carrier).delete_recording(recording.sid)


@decides_again
def _tell_ready(recording: Recording, agent_id: str, world: World, *, again: bool) -> None:
    agent, call = world.desk.agent(agent_id), world.desk.call(recording.call)
    if agent and call and agent.signed_in and not (again and _was_told(agent, recording.vocid, world)):
        commit(world, Change.of_agent(agent, hears_file_ready(agent, call, recording, world.clock.now())))


def _was_told(agent: Agent, vocid: str, world: World) -> bool:
    told = world.desk.events_after(agent.id, agent.epoch, 0)
    return any(
        event.type is Heard.RECORD and event.i_param == Recorded.FILE_READY and event.tags.get("VOCID") == vocid
        for event in told
    )
