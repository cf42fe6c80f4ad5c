/**
 * The telephone of an agent page at Twilio: its Voice SDK behind our port.
 *
 * The SDK is loaded when the first token is there, and a test gives another in its place. It keeps its own
 * connection; this device gives it fresh tokens, registers again where the first time failed, and rings no bell: the
 * page does.
 */

import type { DeviceIdentity, DevicePort, TelephoneMaker, TelephoneOptions } from "../device.js";
import { inWords, type Trouble } from "./troubles.js";

const RING_WITHIN_MS = 10_000;
const REGISTER_AGAIN_MS = 5000;

/** How long before its end a token is replaced. */
const TOKEN_REFRESH_MS = 60_000;

/** The part of the SDK's Call that is used. */
export interface VoiceCall {
  readonly parameters: Readonly<Record<string, string>>;
  on(event: "accept" | "cancel" | "reject" | "disconnect", heard: () => void): unknown;
  on(event: "error", heard: (error: unknown) => void): unknown;
  accept(): void;
  reject(): void;
  disconnect(): void;
  mute(on: boolean): void;
  sendDigits(digits: string): void;
}

/** The part of the SDK's Device that is used. */
export interface VoiceDevice {
  on(event: "incoming", heard: (call: VoiceCall) => void): unknown;
  on(event: "registered" | "unregistered" | "tokenWillExpire", heard: () => void): unknown;
  on(event: "error", heard: (error: unknown) => void): unknown;
  register(): Promise<void>;
  updateToken(token: string): void;
  destroy(): void;
}

/** Codes of the SDK's errors that an agent can do something about [Twilio's Voice SDK, errors]. */
const TROUBLES: Readonly<Record<number, Trouble>> = {
  20101: "refused",
  20104: "refused",
  31202: "refused",
  31204: "refused",
  31205: "refused",
  31401: "refused-microphone",
  31402: "broken-microphone",
  31005: "unreachable",
  31009: "unreachable",
  53000: "unreachable",
};

/** Makes the telephone of a page whose carrier is Twilio. */
export const telephone: TelephoneMaker<"twilio"> = ({ edge }, options) =>
  new TwilioVoiceDevice((token) => silentDevice(token, edge), options);

/** Twilio's own SDK, silent: the page rings by itself, and nobody else logs what it sees. */
async function silentDevice(token: string, edge: readonly string[] = ["roaming"]): Promise<VoiceDevice> {
  const { Device } = await import("@twilio/voice-sdk");
  const device = new Device(token, {
    allowIncomingWhileBusy: true,
    edge: [...edge],
    logLevel: "silent",
    tokenRefreshMs: TOKEN_REFRESH_MS,
  });
  device.audio?.incoming(false);
  return device;
}

/** A device port for Twilio. */
export class TwilioVoiceDevice implements DevicePort {
  onIncoming: DevicePort["onIncoming"];
  onReady: DevicePort["onReady"];

  readonly #open: (token: string) => Promise<VoiceDevice>;
  readonly #options: TelephoneOptions;
  #device: VoiceDevice | undefined;
  /** Which registration is meant: a later one, or `dispose`, makes the answers of an earlier one void. */
  #turn = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  #ringing: VoiceCall | undefined;
  #talking: VoiceCall | undefined;
  #waiting: ((call: VoiceCall) => void) | undefined;
  #muted = false;

  /** @param open - Makes the SDK's Device for a token; it must take calls while it has one. */
  constructor(open: (token: string) => Promise<VoiceDevice>, options: TelephoneOptions = {}) {
    this.#open = open;
    this.#options = options;
  }

  async register(identity: DeviceIdentity): Promise<void> {
    this.dispose();
    const turn = this.#turn;
    try {
      await this.#registerOnce(identity, turn);
    } catch (error) {
      if (turn === this.#turn) this.#registerAgain(identity, turn);
      throw new Error(this.#words(error));
    }
  }

  async answer(): Promise<void> {
    if (!this.#device) throw new Error(inWords("not-registered", this.#options.language));
    const call = this.#ringing ?? (await this.#nextRing());
    this.#ringing = undefined;
    this.#talking?.disconnect();
    this.#talking = call;
    // Before it has sound at all: the SDK gives the microphone to the call as it is.
    call.mute(this.#muted);
    await this.#accepted(call);
  }

  hangUp(): Promise<void> {
    this.#ringing?.reject();
    this.#talking?.disconnect();
    return Promise.resolve();
  }

  mute(on: boolean): Promise<void> {
    this.#muted = on;
    this.#talking?.mute(on);
    return Promise.resolve();
  }

  sendDigits(digits: string): Promise<void> {
    this.#talking?.sendDigits(digits);
    return Promise.resolve();
  }

  dispose(): void {
    this.#turn += 1;
    clearTimeout(this.#again);
    this.#device?.destroy();
    this.#device = this.#ringing = this.#talking = this.#waiting = undefined;
    this.#muted = false;
  }

  async #registerOnce(identity: DeviceIdentity, turn: number): Promise<void> {
    const device = await this.#open((await identity.credentials()).token);
    if (turn !== this.#turn) {
      device.destroy();
      return;
    }
    this.#device?.destroy();
    this.#device = device;
    device.on("incoming", (call: VoiceCall) => {
      this.#rings(call);
    });
    for (const state of ["registered", "unregistered"] as const) {
      device.on(state, () => {
        if (device === this.#device) this.onReady?.(state === "registered");
      });
    }
    device.on("tokenWillExpire", () => void this.#refresh(identity, device));
    device.on("error", (error: unknown) => {
      if (device === this.#device) this.#options.onTrouble?.(this.#words(error));
    });
    await device.register();
  }

  #registerAgain(identity: DeviceIdentity, turn: number): void {
    this.#again = setTimeout(() => {
      this.#registerOnce(identity, turn).catch(() => {
        if (turn === this.#turn) this.#registerAgain(identity, turn);
      });
    }, REGISTER_AGAIN_MS);
  }

  /** A session that has ended gets no more tokens: then the page is signed out too. */
  async #refresh(identity: DeviceIdentity, device: VoiceDevice): Promise<void> {
    try {
      const { token } = await identity.credentials();
      if (device === this.#device) device.updateToken(token);
    } catch (error) {
      this.#options.onTrouble?.(this.#words(error));
    }
  }

  #rings(call: VoiceCall): void {
    for (const end of ["cancel", "reject", "disconnect"] as const) {
      call.on(end, () => {
        this.#over(call);
      });
    }
    this.onIncoming?.({ from: call.parameters["From"] ?? "" });
    if (this.#waiting) this.#waiting(call);
    else this.#ringing = call;
  }

  #over(call: VoiceCall): void {
    if (this.#ringing === call) this.#ringing = undefined;
    if (this.#talking === call) this.#talking = undefined;
  }

  #nextRing(): Promise<VoiceCall> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting = undefined;
        reject(new Error(inWords("no-ring", this.#options.language)));
      }, RING_WITHIN_MS);
      this.#waiting = (call) => {
        clearTimeout(late);
        this.#waiting = undefined;
        resolve(call);
      };
    });
  }

  #accepted(call: VoiceCall): Promise<void> {
    return new Promise((resolve, reject) => {
      call.on("accept", () => {
        resolve();
      });
      call.on("error", (error: unknown) => {
        reject(new Error(this.#words(error)));
      });
      for (const end of ["cancel", "disconnect"] as const) {
        call.on(end, () => {
          reject(new Error(inWords("no-ring", this.#options.language)));
        });
      }
      call.accept();
    });
  }

  #words(error: unknown): string {
    const { code, message } = error as {
      readonly code?: number;
      readonly message?: string;
    };
    const trouble = TROUBLES[code ?? 0];
    if (trouble) return inWords(trouble, this.#options.language);
    return code === undefined && message ? message : `${inWords("bad-line", this.#options.language)} (${code ?? "?"})`;
  }
}
