"""Record: note what the carrier reports of a recording, and fetch its file into our own store."""

from dataclasses import replace

from chalicelib.core.agents.agent import Agent
from chalicelib.core.calls.hearing import Recorded, hears_file_ready
from chalicelib.core.carrier.events import RecordingReported
from chalicelib.core.told.notices import Heard
from chalicelib.core.told.recordings import Recording, RecordingState
from chalicelib.ports import Change, World
from chalicelib.usecases.carry_out import carrier_named
from chalicelib.usecases.commit import commit, decides_again


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
    """Bring a recording's file from the carrier into our own store, tell the agent, and remove it at the carrier.

    A handler that died after the file was stored leaves the telling and the removing to the message's next delivery.

    Raises:
        CarriersFault: not to be had now; try again later.
    """
    recording = world.desk.recording(vocid)
    if recording is None or recording.state is RecordingState.ABSENT:
        return
    carrier = carrier_named(world, recording.carrier)
    again = recording.state is RecordingState.READY
    if not again:
        world.files.put(vocid, carrier.fetch_recording(recording.sid))
        world.desk.keep_recording(replace(recording, state=RecordingState.READY))
    for agent_id in recording.agents:
        _tell_ready(recording, agent_id, world, again=again)
    carrier.delete_recording(recording.sid)


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
