/** The tones of the keys, and how loud it is. */

const ROWS = { 1: 697, 2: 697, 3: 697, 4: 770, 5: 770, 6: 770, 7: 852, 8: 852, 9: 852, "*": 941, 0: 941, "#": 941 };
const COLUMNS = {
  1: 1209,
  4: 1209,
  7: 1209,
  "*": 1209,
  2: 1336,
  5: 1336,
  8: 1336,
  0: 1336,
  3: 1477,
  6: 1477,
  9: 1477,
  "#": 1477,
};
const TONE_SECONDS = 0.12;
const TONE_LOUDNESS = 0.04;
const SILENT_BELOW = 0.002;

let context;

const audio = () => {
  context ??= new AudioContext();
  void context.resume();
  return context;
};

/** The two tones of a key, for the one who presses it. */
export function sound(key) {
  const loudness = audio().createGain();
  loudness.gain.value = TONE_LOUDNESS;
  loudness.connect(audio().destination);
  for (const hertz of [ROWS[key], COLUMNS[key]]) {
    const tone = audio().createOscillator();
    tone.frequency.value = hertz;
    tone.connect(loudness);
    tone.start();
    tone.stop(audio().currentTime + TONE_SECONDS);
  }
}

/** Rings as a Chinese telephone does, a second in five; gives the way to stop. */
export function ring() {
  const once = () => {
    const loudness = audio().createGain();
    loudness.gain.value = TONE_LOUDNESS;
    loudness.connect(audio().destination);
    const tone = audio().createOscillator();
    tone.frequency.value = 450;
    tone.connect(loudness);
    tone.start();
    tone.stop(audio().currentTime + 1);
    return tone;
  };
  let tone = once();
  const timer = setInterval(() => {
    tone = once();
  }, 5000);
  return () => {
    clearInterval(timer);
    tone.stop();
  };
}

/** Calls `show` with the loudness of a stream, 0 to 1, some times a second; gives the way to stop. */
export function measure(stream, show) {
  const analyser = audio().createAnalyser();
  analyser.fftSize = 1024;
  const samples = new Float32Array(analyser.fftSize);
  let source;
  let heard;
  const timer = setInterval(() => {
    const [track] = stream.getAudioTracks();
    if (track && track !== heard) {
      source?.disconnect();
      source = audio().createMediaStreamSource(new MediaStream([track]));
      source.connect(analyser);
      heard = track;
    }
    analyser.getFloatTimeDomainData(samples);
    const power = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    show(power < SILENT_BELOW ? 0 : Math.min(1, 1 + Math.log10(power) / 2.5));
  }, 80);
  return () => {
    clearInterval(timer);
    source?.disconnect();
  };
}
