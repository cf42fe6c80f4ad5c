"""What a page says into its microphone, and what it hears: tones, told apart by their place in the spectrum.

A page says a tone of its own instead of what a microphone would give; whatever arrives on a WebRTC connection of the
page is looked at by an analyser. Both tones lie above the highest note of the hold music, so that all three can sound
at once and each is still known.
"""

import io
import wave

import numpy as np
from desk_stage import Preparation, eventually
from playwright.sync_api import Page

CALLER, AGENT, MUSIC = "caller", "agent", "music"
HERTZ = {CALLER: 1500, AGENT: 2300}
MUSIC_BELOW = 1250
"""No note of the hold music, with its octave, is higher."""
LOUD_ENOUGH = -50
"""In dB of the analyser: a tone that comes through has about -27; frames lost on a busy machine splash to about -60."""
STEADY = 6
"""Looks in a row that must find the same, so that a passing moment proves nothing."""

SAYS_AND_LISTENS = """
(() => {
  const audio = () => (globalThis.earshotAudio ??= new AudioContext({ sampleRate: 48000 }));
  navigator.mediaDevices.getUserMedia = async () => {
    const tone = new OscillatorNode(audio(), { frequency: __HERTZ__ });
    const loudness = new GainNode(audio(), { gain: 0.25 });
    const microphone = audio().createMediaStreamDestination();
    tone.connect(loudness).connect(microphone);
    tone.start();
    return microphone.stream;
  };

  const analysers = new Map();
  const Connection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(...how) {
      super(...how);
      this.addEventListener("track", ({ track }) => {
        const analyser = new AnalyserNode(audio(), { fftSize: 8192, smoothingTimeConstant: 0 });
        audio().createMediaStreamSource(new MediaStream([track])).connect(analyser);
        analysers.set(analyser, this);
      });
    }
  };

  /** The loudest between two frequencies, in dB, of all that arrives on connections that are open. */
  const loudest = (from, to) => {
    let most = -Infinity;
    for (const [analyser, connection] of analysers) {
      if (connection.connectionState === "closed") continue;
      const spectrum = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(spectrum);
      const hertz = analyser.context.sampleRate / analyser.fftSize;
      most = Math.max(most, ...spectrum.slice(Math.floor(from / hertz), Math.ceil(to / hertz)));
    }
    return most;
  };
  globalThis.earshot = (bands) => Object.fromEntries(
    Object.entries(bands).map(([name, [from, to]]) => [name, Math.max(-999, loudest(from, to))]),
  );
})();
"""

BANDS = {name: [hertz - 40, hertz + 40] for name, hertz in HERTZ.items()} | {MUSIC: [100, MUSIC_BELOW]}


def says(who: str) -> Preparation:
    """Give what lets a page say this tone, and listen."""
    return lambda page: page.add_init_script(SAYS_AND_LISTENS.replace("__HERTZ__", str(HERTZ[who])))


def hears(page: Page, *voices: str) -> None:
    """The page comes to hear exactly these, and goes on to."""
    looks: list[dict[str, float]] = []

    def steady() -> bool:
        looks.append(page.evaluate("bands => earshot(bands)", BANDS))
        return len(looks) >= STEADY and all(_audible(look) == set(voices) for look in looks[-STEADY:])

    assert eventually(steady), f"it should hear {voices or 'nothing'}, and heard {looks[-1]}"


def tones_in(recording: bytes) -> set[str]:
    """Whose tones a recording (WAV) holds at one and the same moment."""
    with wave.open(io.BytesIO(recording)) as sound:
        rate, samples = sound.getframerate(), np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    moments = [samples[start : start + rate // 5] for start in range(0, len(samples) - rate // 5, rate // 5)]
    heard = ({who for who in HERTZ if _strength(moment, rate, who) > 0.02} for moment in moments)
    return max(heard, key=len, default=set())


def _audible(look: dict[str, float]) -> set[str]:
    return {name for name, level in look.items() if level > LOUD_ENOUGH}


def _strength(samples: np.ndarray, rate: int, who: str) -> float:
    """How much of a tone is in the samples: its share of full scale (Goertzel's figure)."""
    turns = 2j * np.pi * HERTZ[who] * np.arange(len(samples)) / rate
    return 2 * abs(np.dot(samples, np.exp(turns))) / max(1, len(samples)) / 32767
