/**
 * The telephone of an agent page at the emulated carrier: registers `client:<name>`, rings, picks up, speaks and hears.
 *
 * The protocol is told in SIGNALLING.md. In production Twilio's Voice SDK stands in this place.
 */

import type { DeviceIdentity, DevicePort, IncomingLeg } from "../sdk/src/device.js";
import { LineError, MediaLine } from "./media-line.js";

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
export interface EmulatedCarrierOptions {
  /** "zh-CN" gives messages in Chinese, anything else in English. */
  readonly language?: string;
  /** Told, in words, what went wrong when nobody had asked: a lost line, a microphone refused after a reload. */
  readonly onTrouble?: (message: string) => void;
  /** Gets the sound that arrives, for a meter. */
  readonly onSound?: (stream: MediaStream) => void;
}

const WORDS: Record<LineError["code"] | "not-registered" | "no-ring", readonly [english: string, chinese: string]> = {
  unreachable: ["The emulated carrier does not answer: is it running?", "模拟运营商没有应答：它在运行吗？"],
  refused: ["The emulated carrier takes no sound from this page.", "模拟运营商不接受本页面的声音。"],
  "refused-microphone": [
    "The microphone was refused, so the customer cannot hear you: allow it in the browser's address bar.",
    "麦克风被拒绝，客户听不到您：请在浏览器地址栏中允许使用麦克风。",
  ],
  "no-microphone": [
    "This computer has no microphone: you hear the customer, who cannot hear you.",
    "这台电脑没有麦克风：您能听到客户，客户听不到您。",
  ],
  "broken-microphone": [
    "The microphone cannot be used: is another program holding it?",
    "麦克风无法使用：是否被其他程序占用？",
  ],
  insecure: [
    "The browser gives a microphone to this page only when it is opened at localhost.",
    "只有通过 localhost 打开本页面，浏览器才允许使用麦克风。",
  ],
  "not-registered": ["This page's telephone is not registered yet.", "本页面的电话尚未注册。"],
  "no-ring": ["Nothing rings at this page's telephone.", "本页面的电话没有来电。"],
};

/** A device port for the laptop. */
export class EmulatedCarrierDevice implements DevicePort {
  onIncoming: ((leg: IncomingLeg) => void) | undefined;

  readonly #carrier: string;
  readonly #options: EmulatedCarrierOptions;
  #address = "";
  #line: MediaLine | undefined;
  #events: EventSource | undefined;
  #legs: Legs = { ringing: [], talking: [] };
  /** Whether `answer` has asked for the microphone, and tells itself when it was refused. */
  #asked = false;
  #reopening: ReturnType<typeof setTimeout> | undefined;

  /** @param carrier - The emulated carrier's address, as "http://127.0.0.1:8010". */
  constructor(carrier: string, options: EmulatedCarrierOptions = {}) {
    this.#carrier = carrier.replace(/\/$/, "");
    this.#options = options;
  }

  async register(identity: DeviceIdentity): Promise<void> {
    const address = `client:${identity.name}`;
    if (address === this.#address) return;
    this.dispose();
    this.#address = address;
    const line = new MediaLine(this.#carrier, address);
    this.#line = line;
    line.onState = (state) => {
      if (state === "lost" && this.#line === line) this.#reopen(line);
    };
    this.#options.onSound?.(line.remote);
    this.#watch();
    await this.#inWords(this.#open(line));
  }

  async answer(): Promise<void> {
    const line = this.#registered();
    this.#asked = true;
    await this.#post(`/${encodeURIComponent(this.#address)}/answer`, { wait: RING_WITHIN_SECONDS });
    await this.#inWords(line.useMicrophone());
  }

  async hangUp(): Promise<void> {
    if (this.#address) await this.#post(`/${encodeURIComponent(this.#address)}/hang-up`, {});
  }

  mute(on: boolean): Promise<void> {
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
    this.#events = this.#line = undefined;
    this.#legs = { ringing: [], talking: [] };
    this.#asked = false;
    this.#address = "";
  }

  #registered(): MediaLine {
    if (!this.#line) throw new Error(this.#word("not-registered"));
    return this.#line;
  }

  /** The carrier may have been started anew: it must know the device before it takes the line. */
  async #open(line: MediaLine): Promise<void> {
    try {
      await this.#post("", { address: this.#address });
      await line.open();
    } catch (error) {
      if (this.#line === line) this.#reopen(line);
      throw error;
    }
  }

  #reopen(line: MediaLine): void {
    clearTimeout(this.#reopening);
    this.#reopening = setTimeout(() => void this.#open(line).catch(() => undefined), REOPEN_AFTER);
  }

  #watch(): void {
    this.#events = new EventSource(`${this.#carrier}/control/devices/${encodeURIComponent(this.#address)}/events`);
    this.#events.onmessage = ({ data }: MessageEvent<string>) => this.#take(JSON.parse(data) as Legs);
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
    this.#inWords(this.#line?.useMicrophone() ?? Promise.resolve()).catch((error: unknown) =>
      this.#options.onTrouble?.((error as Error).message),
    );
  }

  async #post(path: string, body: Record<string, unknown>): Promise<void> {
    await this.#ask(`/control/devices${path}`, body);
  }

  async #ask(path: string, body?: Record<string, unknown>): Promise<unknown> {
    const posted = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
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

  async #inWords(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      throw error instanceof LineError ? new Error(this.#word(error.code)) : error;
    }
  }

  #word(code: keyof typeof WORDS): string {
    return WORDS[code][this.#options.language?.startsWith("zh") ? 1 : 0];
  }
}
