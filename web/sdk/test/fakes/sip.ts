/** JsSIP as far as our telephone uses it, as strict as it is, and the Asterisk behind it. */

import type { Refusal } from "../../src/telephones/sip-registration.js";
import type { SipAgent, SipCall } from "../../src/telephones/sip-phone.js";
import type { TalkSound } from "../../src/telephones/sip-sound.js";
import { LineError } from "../../src/telephones/media-line.js";

type Heard = (told: never) => void;

/** Whatever tells events, as Node's EventEmitter does. */
class Telling {
  readonly done: string[] = [];
  readonly #heard = new Map<string, Heard[]>();

  on(event: string, heard: Heard): void {
    this.#heard.set(event, [...(this.#heard.get(event) ?? []), heard]);
  }

  tells(event: string, told: unknown = {}): void {
    this.#heard.get(event)?.forEach((heard) => {
      heard(told as never);
    });
  }
}

/** The door of an Asterisk: whom it knows, and whether anybody reaches it. */
export class FakeAsterisk {
  readonly secrets = new Map<string, string>();
  reachable = true;
  readonly agents: FakeAgent[] = [];
  /** What was registered with, time after time. */
  readonly registers: string[] = [];

  /** The newest agent that was made. */
  get agent(): FakeAgent {
    return this.agents.at(-1)!;
  }

  opens(name: string, secret: string): FakeAgent {
    const agent = new FakeAgent(this, name, secret);
    this.agents.push(agent);
    return agent;
  }

  /** Nobody is reached any more; every agent notices. */
  goesAway(): void {
    this.reachable = false;
    for (const agent of this.agents) agent.loses();
  }

  comesBack(): void {
    this.reachable = true;
    for (const agent of this.agents) agent.connects();
  }
}

/** JsSIP's UA: answers come later, "registered" is told only when it was not, and after `stop` nothing works. */
export class FakeAgent extends Telling implements SipAgent {
  readonly calls: FakeCall[] = [];
  registered = false;
  readonly #asterisk: FakeAsterisk;
  readonly #name: string;
  #secret: string;
  #connected = false;
  #status: "new" | "started" | "stopped" = "new";

  constructor(asterisk: FakeAsterisk, name: string, secret: string) {
    super();
    this.#asterisk = asterisk;
    this.#name = name;
    this.#secret = secret;
  }

  start(): void {
    if (this.#status !== "new") throw new Error("An agent is started once.");
    this.#status = "started";
    queueMicrotask(() => {
      this.connects();
    });
  }

  connects(): void {
    if (this.#status !== "started" || this.#connected) return;
    this.#connected = this.#asterisk.reachable;
    if (this.#connected) this.register();
    else this.tells("disconnected", { error: true });
  }

  loses(): void {
    if (!this.#connected) return;
    this.#connected = this.registered = false;
    this.tells("disconnected", { error: true });
  }

  set(parameter: "password", value: string): boolean {
    this.done.push(parameter);
    this.#secret = value;
    return true;
  }

  register(): void {
    if (this.#status !== "started") throw new Error("Nobody registers with an agent that is not started.");
    if (!this.#connected) {
      this.tells("registrationFailed", { response: null, cause: "Connection Error" });
      return;
    }
    this.#asterisk.registers.push(this.#secret);
    queueMicrotask(() => {
      this.#hears(this.#asterisk.secrets.get(this.#name) === this.#secret);
    });
  }

  stop(): void {
    this.#status = "stopped";
    this.registered = this.#connected = false;
    for (const call of this.calls) if (!call.isEnded()) call.terminate();
    this.tells("disconnected", { error: false });
  }

  /** Somebody calls. */
  rings(from = "+8675583000000"): FakeCall {
    if (!this.registered) throw new Error("Only who is registered is rung.");
    const call = new FakeCall(from);
    this.calls.push(call);
    this.tells("newRTCSession", { session: call });
    return call;
  }

  get stopped(): boolean {
    return this.#status === "stopped";
  }

  #hears(taken: boolean): void {
    if (!this.#connected) return;
    if (taken) {
      if (!this.registered) {
        this.registered = true;
        this.tells("registered");
      }
      return;
    }
    const refusal: Refusal = { response: { status_code: 401 } };
    this.tells("registrationFailed", refusal);
    this.registered = false;
  }
}

/** JsSIP's RTCSession of an incoming call: throws where the call is not as far, or further. */
export class FakeCall extends Telling implements SipCall {
  readonly remote_identity;
  /** Whether the sound finds its way after the call was picked up. */
  soundComes = true;
  #state: "ringing" | "answered" | "connected" | "ended" = "ringing";
  #connection: FakeConnection | undefined;

  constructor(from: string) {
    super();
    this.remote_identity = { uri: { user: from } };
  }

  get connection(): RTCPeerConnection {
    if (!this.#connection) throw new Error("There is no connection before it is answered.");
    return this.#connection as unknown as RTCPeerConnection;
  }

  isEstablished(): boolean {
    return this.#state === "answered" || this.#state === "connected";
  }

  isEnded(): boolean {
    return this.#state === "ended";
  }

  answer({ pcConfig }: Parameters<SipCall["answer"]>[0]): void {
    this.#mustBe("ringing");
    this.#state = "answered";
    this.done.push(`answer by ${JSON.stringify(pcConfig.iceServers)}`);
    this.#connection = new FakeConnection();
    queueMicrotask(() => {
      if (this.soundComes && this.#state === "answered") this.hasSound();
    });
  }

  hasSound(): void {
    this.#state = "connected";
    this.#connection!.becomes("connected");
  }

  terminate({ status_code = 0 } = {}): void {
    if (this.#state === "ended") throw new Error("Invalid status: 8");
    this.done.push(this.#state === "ringing" ? `decline ${status_code}` : "bye");
    this.ends("Terminated");
  }

  /** The other side, or the network, ends it. */
  ends(cause: string): void {
    const how = this.#state === "connected" ? "ended" : "failed";
    this.#state = "ended";
    this.tells(how, { cause });
  }

  sendDTMF(tones: string, { transportType, duration, interToneGap }: Parameters<SipCall["sendDTMF"]>[1]): void {
    this.#mustBe("connected");
    if (!/^[0-9A-DR#*,]+$/i.test(tones)) throw new TypeError(`Invalid tones: ${tones}`);
    this.done.push(`${tones} by ${transportType} ${duration} ${interToneGap}`);
  }

  #mustBe(state: string): void {
    if (this.#state !== state) throw new Error(`Invalid status: ${this.#state}`);
  }
}

/** A connection that comes about, or does not. */
class FakeConnection extends EventTarget {
  connectionState = "new";

  becomes(state: string): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}

/** A talk's sound, and all that was done with it. */
export class FakeSound implements TalkSound {
  readonly silence = {} as MediaStream;
  readonly done: string[] = [];

  constructor(readonly refusal: LineError["code"] | undefined) {}

  plays(): void {
    this.done.push("plays");
  }

  useMicrophone(): Promise<void> {
    this.done.push("microphone");
    return this.refusal ? Promise.reject(new LineError(this.refusal, "x")) : Promise.resolve();
  }

  mute(on: boolean): void {
    this.done.push(on ? "muted" : "open");
  }

  close(): void {
    this.done.push("close");
  }
}
