/** The ring tone, made here: two tones, twice, then a pause. */

const TONES_HZ = [440, 554];
const VOLUME = 0.16;

/** One round: sound from each of these moments for BURST_S, then silence until ROUND_MS is over. */
const BURSTS_AT_S = [0, 0.55];
const BURST_S = 0.38;
const ROUND_MS = 3000;

/** A bell that rings until it is told to stop. */
export class Bell {
  #context: AudioContext | undefined;
  #round: ReturnType<typeof setInterval> | undefined;

  /** Begins to ring; gives false where the browser keeps it silent until the page is clicked. */
  async start(): Promise<boolean> {
    this.stop();
    const context = (this.#context ??= new AudioContext());
    // A context that may not start yet stays in "suspended", and its promise open: so it is not waited for alone.
    void context.resume();
    await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 200))]);
    if (context.state !== "running") {
      return false;
    }
    this.#sound(context);
    this.#round = setInterval(() => {
      this.#sound(context);
    }, ROUND_MS);
    return true;
  }

  /** Rings once. */
  async once(): Promise<void> {
    await this.start();
    clearInterval(this.#round);
  }

  /** Falls silent. */
  stop(): void {
    clearInterval(this.#round);
    this.#round = undefined;
    void this.#context?.close();
    this.#context = undefined;
  }

  #sound(context: AudioContext): void {
    for (const burst of BURSTS_AT_S) {
      for (const hertz of TONES_HZ) {
        this.#tone(context, hertz, context.currentTime + burst);
      }
    }
  }

  #tone(context: AudioContext, hertz: number, at: number): void {
    const [tone, volume] = [new OscillatorNode(context, { frequency: hertz }), new GainNode(context, { gain: 0 })];
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(VOLUME, at + 0.02);
    volume.gain.setValueAtTime(VOLUME, at + BURST_S - 0.05);
    volume.gain.linearRampToValueAtTime(0, at + BURST_S);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + BURST_S);
  }
}
