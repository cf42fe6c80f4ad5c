/**
 * The telephone of an agent page at the emulated carrier: registers `client:<name>`, rings, picks up, speaks and hears.
 *
 * The protocol is told in SIGNALLING.md. As with Twilio's Voice SDK, which stands in this place in production, a page
 * that goes away hangs up.
 */

import type { DeviceIdentity, DevicePort, TelephoneMaker, TelephoneOptions } from "../device.js";
import { LineError, MediaLine } from "./media-line.js";
import { inWords, type Trouble } from "./troubles.js";

const RING_WITHIN_SECONDS = 10;
const REOPEN_AFTER = 2000;

interface Leg {
  readonly sid: string;
  readonly from: string;
}

interface Legs {
  readonly ringing: readonly Leg[];
  readonly talking: readonly Leg[];
}

/** What the page may want beside the port. */
export interface EmulatedCarrierOptions extends TelephoneOptions {
  /** Gets the sound that arrives, for a meter. */
  readonly onSound?: (stream: MediaStream) => void;
}

/** Makes the telephone of a page on a laptop. */
export const telephone: TelephoneMaker<"emulated"> = ({ carrier }, options) =>
  new EmulatedCarrierDevice(carrier, options);

/** A device port for the laptop. */
export class EmulatedCarrierDevice implements DevicePort {
  onIncoming: DevicePort["onIncoming"];
  onReady: DevicePort["onReady"];

  readonly #carrier: string;
  readonly #options: EmulatedCarrierOptions;
  readonly #pageGoes = (): void => {
    navigator.sendBeacon(`${this.#carrier}/control/devices/${encodeURIComponent(this.#address)}/hang-up`);
  };
  #identity: DeviceIdentity | undefined;
  #address = "";
  #line: MediaLine | undefined;
  #events: EventSource | undefined;
  #legs: Legs = { ringing: [], talking: [] };
  /** Whether `answer` has asked for the microphone, and tells itself when it was refused. */
  #asked = false;
  #muted = false;
  #reopening: ReturnType<typeof setTimeout> | undefined;

  /** @param carrier - The emulated carrier's address, as "http://127.0.0.1:8010". */
  constructor(carrier: string, options: EmulatedCarrierOptions = {}) {
    this.#carrier = carrier.replace(/\/$/, "");
    this.#options = options;
  }

  async register(identity: DeviceIdentity): Promise<void> {
    if (identity.agentId === this.#identity?.agentId) return;
    this.dispose();
    this.#identity = identity;
    addEventListener("pagehide", this.#pageGoes);
    await this.#said(this.#open(identity));
  }

  async answer(): Promise<void> {
    const line = this.#registered();
    this.#asked = true;
    await this.#post(`/${encodeURIComponent(this.#address)}/answer`, {
      wait: RING_WITHIN_SECONDS,
    });
    await this.#said(line.useMicrophone());
  }

  async hangUp(): Promise<void> {
    if (this.#address) await this.#post(`/${encodeURIComponent(this.#address)}/hang-up`, {});
  }

  mute(on: boolean): Promise<void> {
    this.#muted = on;
    this.#line?.mute(on);
    return Promise.resolve();
  }

  async sendDigits(digits: string): Promise<void> {
    const { talking } = (await this.#ask(`/control/devices/${encodeURIComponent(this.#address)}`)) as Legs;
    for (const { sid } of talking) await this.#ask(`/control/calls/${sid}/press`, { digits });
  }

  dispose(): void {
    clearTimeout(this.#reopening);
    this.#events?.close();
    this.#line?.close();
    removeEventListener("pagehide", this.#pageGoes);
    this.#events = this.#line = this.#identity = undefined;
    this.#legs = { ringing: [], talking: [] };
    this.#asked = this.#muted = false;
    this.#address = "";
  }

  #registered(): MediaLine {
    if (!this.#line) throw new Error(this.#word("not-registered"));
    return this.#line;
  }

  /** The carrier may have been started anew: it must know the device before it takes the line. */
  async #open(identity: DeviceIdentity): Promise<void> {
    try {
      const { name, token } = await identity.credentials();
      if (this.#identity !== identity) return;
      this.#address = `client:${name}`;
      await this.#post("", { address: this.#address, token });
      this.#line ??= this.#newLine(identity);
      await this.#line.open();
    } catch (error) {
      if (this.#identity === identity) this.#reopen(identity);
      throw error;
    }
  }

  #newLine(identity: DeviceIdentity): MediaLine {
    const line = new MediaLine(this.#carrier, this.#address);
    line.mute(this.#muted);
    line.onState = (state) => {
      if (this.#line !== line || state === "connecting") return;
      this.onReady?.(state === "connected");
      if (state === "lost") this.#reopen(identity);
    };
    this.#options.onSound?.(line.remote);
    this.#watch();
    return line;
  }

  #reopen(identity: DeviceIdentity): void {
    clearTimeout(this.#reopening);
    this.#reopening = setTimeout(() => void this.#open(identity).catch(() => undefined), REOPEN_AFTER);
  }

  #watch(): void {
    this.#events = new EventSource(`${this.#carrier}/control/devices/${encodeURIComponent(this.#address)}/events`);
    this.#events.onmessage = ({ data }: MessageEvent<string>) => {
      this.#take(JSON.parse(data) as Legs);
    };
  }

  #take(legs: Legs): void {
    const known = new Set(this.#legs.ringing.map(({ sid }) => sid));
    const wasTalking = this.#legs.talking.length > 0;
    this.#legs = legs;
    for (const { sid, from } of legs.ringing) if (!known.has(sid)) this.onIncoming?.({ from });
    if (legs.talking.length > 0 && !wasTalking && !this.#asked) this.#speak();
    if (legs.talking.length === 0 && wasTalking) {
      this.#asked = false;
      void this.#line?.releaseMicrophone();
    }
  }

  /** After a reload the talk goes on: nobody calls `answer` then. */
  #speak(): void {
    this.#said(this.#line?.useMicrophone() ?? Promise.resolve()).catch((error: unknown) =>
      this.#options.onTrouble?.((error as Error).message),
    );
  }

  async #post(path: string, body: Record<string, unknown>): Promise<void> {
    await this.#ask(`/control/devices${path}`, body);
  }

  async #ask(path: string, body?: Record<string, unknown>): Promise<unknown> {
    const posted = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    };
    let response: Response;
    try {
      response = await fetch(this.#carrier + path, body && posted);
    } catch {
      throw new Error(this.#word("unreachable"));
    }
    if (response.status === 409) throw new Error(this.#word("no-ring"));
    if (!response.ok) throw new Error(this.#word("refused"));
    return response.json();
  }

  async #said(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      throw error instanceof LineError ? new Error(this.#word(error.code)) : error;
    }
  }

  #word(trouble: Trouble): string {
    return inWords(trouble, this.#options.language);
  }
}
