/**
 * The telephone of an agent page at Asterisk: SIP over its WebSocket, by JsSIP, behind our port.
 *
 * JsSIP is loaded when the first secret is there, and a test gives another in its place. Calls come in alone, and never
 * are they moved or held from here (no REFER, no offer of ours): the contact centre does that.
 */

import type { DeviceIdentity, DevicePort, SoftphoneCredentials, TelephoneMaker, TelephoneOptions } from "../device.js";
import { LineError } from "./media-line.js";
import { type Refusal, type Registrar, SipRegistration, SipTrouble } from "./sip-registration.js";
import { SipSocket } from "./sip-socket.js";
import { PageSound, type TalkSound } from "./sip-sound.js";
import { inWords, type Trouble } from "./troubles.js";

const RING_WITHIN_MS = 10_000;

/** "Decline": the one code that says that the agent would not have it [RFC 3261, 21.6.2]. */
const DECLINED = 603;

/** Who withholds their number [RFC 3323, 4.1.1.3]. */
const ANONYMOUS = "anonymous";

/** A STUN server that does not answer is not waited for longer. */
const GATHER_AT_MOST_MS = 500;

/** As events of RFC 4733, which JsSIP calls by its elder's name; lengths in ms. */
const DIGITS = { transportType: "RFC2833", duration: 100, interToneGap: 100 } as const;

const KEYS = /^[\dA-D*#]+$/i;

/** How long a registration holds; a page that is not looked at may be late by a minute with its renewal. */
const REGISTERED_FOR_SECONDS = 120;

/** The part of JsSIP's RTCSession that is used. */
export interface SipCall {
  readonly remote_identity: { readonly uri: { readonly user: string } };
  /** There from `answer` on. */
  readonly connection: RTCPeerConnection;
  on(event: "hold" | "unhold", heard: () => void): unknown;
  on(event: "ended" | "failed", heard: (end: { readonly cause: string }) => void): unknown;
  on(event: "icecandidate", heard: (found: { readonly ready: () => void }) => void): unknown;
  isEstablished(): boolean;
  isEnded(): boolean;
  answer(options: { readonly mediaStream: MediaStream; readonly pcConfig: RTCConfiguration }): void;
  terminate(options?: { readonly status_code?: number }): void;
  sendDTMF(tones: string, options: typeof DIGITS): void;
}

/** The part of JsSIP's UA that is used. */
export interface SipAgent extends Registrar {
  on(event: "newRTCSession", heard: (told: { readonly session: SipCall }) => void): unknown;
  on(event: "registered" | "disconnected", heard: () => void): unknown;
  on(event: "registrationFailed", heard: (refusal: Refusal) => void): unknown;
}

/** What the telephone is made of. */
export interface SipParts {
  /** Makes JsSIP's UA for a secret, which is not started yet; throws SipTrouble where the place is none. */
  open(credentials: SoftphoneCredentials): Promise<SipAgent>;
  /** Gives a talk its sound. */
  sound(): TalkSound;
  /** STUN and TURN servers. */
  readonly ice: readonly RTCIceServer[];
}

/** A call that is being picked up, then one that was, and what it sounds through. */
interface Talk {
  readonly call: SipCall;
  readonly sound: TalkSound;
  /** Sound goes both ways. */
  connected: boolean;
}

export { PageSound };

/** Makes the telephone of a page whose carrier is an Asterisk. */
export const telephone: TelephoneMaker<"sip"> = ({ server, ice = [] }, options) =>
  new SipPhoneDevice(
    { open: (credentials) => agentFor(server, credentials), sound: () => new PageSound(), ice },
    options,
  );

/** Makes JsSIP's UA for a secret, not started yet; throws SipTrouble where `server` is none. The laptop's phone page has it too. */
export async function agentFor(server: string, { name, token }: SoftphoneCredentials): Promise<SipAgent> {
  const [user = "", pbx = ""] = name.split("@");
  const socket = socketTo(server.replaceAll("{pbx}", pbx));
  const { UA } = await import("jssip");
  return new UA({
    sockets: socket,
    uri: `sip:${user}@${new URL(socket.url).hostname}`,
    password: token,
    register_expires: REGISTERED_FOR_SECONDS,
    // A call that is silent is ended by Asterisk; nobody asks whether it is still there.
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 15,
    user_agent: "icall",
  });
}

/** As JsSIP sees it: by its interface, not its class. */
function socketTo(server: string): Pick<SipSocket, keyof SipSocket> {
  try {
    return new SipSocket(server);
  } catch {
    throw new SipTrouble("bad-place");
  }
}

/** A device port for Asterisk. */
export class SipPhoneDevice implements DevicePort {
  onIncoming: DevicePort["onIncoming"];
  onReady: DevicePort["onReady"];

  readonly #parts: SipParts;
  readonly #options: TelephoneOptions;
  readonly #registration: SipRegistration<SipAgent>;
  #ringing: SipCall | undefined;
  #talk: Talk | undefined;
  #waiting: { readonly rings: (call: SipCall) => void; readonly forget: () => void } | undefined;
  #muted = false;
  readonly #pageGoes = (): void => void this.hangUp();

  constructor(parts: SipParts, options: TelephoneOptions = {}) {
    this.#parts = parts;
    this.#options = options;
    this.#registration = new SipRegistration<SipAgent>({
      open: (credentials) => parts.open(credentials),
      opened: (agent) => {
        this.#listen(agent);
      },
      busy: () => this.#ringing !== undefined || this.#talk !== undefined,
      ready: (ready) => this.onReady?.(ready),
      trouble: (trouble) => options.onTrouble?.(this.#say(trouble)),
    });
  }

  async register(identity: DeviceIdentity): Promise<void> {
    this.dispose();
    addEventListener("pagehide", this.#pageGoes);
    await this.#inWords(this.#registration.begin(identity));
  }

  async answer(): Promise<void> {
    if (!this.#registration.agent) throw new Error(this.#say("not-registered"));
    const call = this.#ringing ?? (await this.#nextRing());
    this.#ringing = undefined;
    if (this.#talk) end(this.#talk.call);
    const sound = this.#parts.sound();
    sound.mute(this.#muted);
    const talk: Talk = { call, sound, connected: false };
    this.#talk = talk;
    await this.#connected(talk);
    await this.#inWords(sound.useMicrophone(call.connection));
  }

  hangUp(): Promise<void> {
    for (const call of [this.#ringing, this.#talk?.call]) if (call) end(call);
    return Promise.resolve();
  }

  mute(on: boolean): Promise<void> {
    this.#muted = on;
    this.#talk?.sound.mute(on);
    return Promise.resolve();
  }

  sendDigits(digits: string): Promise<void> {
    if (!KEYS.test(digits)) return Promise.reject(new Error(this.#say("no-keys")));
    if (this.#talk?.connected) this.#talk.call.sendDTMF(digits, DIGITS);
    return Promise.resolve();
  }

  dispose(): void {
    removeEventListener("pagehide", this.#pageGoes);
    this.#waiting?.forget();
    this.#registration.end();
    this.#talk?.sound.close();
    this.#ringing = this.#talk = undefined;
    this.#muted = false;
  }

  #listen(agent: SipAgent): void {
    agent.on("newRTCSession", ({ session }) => {
      if (agent === this.#registration.agent) this.#rings(session);
    });
    // What rings over a line that broke can be picked up by nobody.
    agent.on("disconnected", () => (this.#ringing = undefined));
  }

  #rings(call: SipCall): void {
    for (const how of ["ended", "failed"] as const) {
      call.on(how, ({ cause }) => {
        this.#over(call, cause);
      });
    }
    const { user } = call.remote_identity.uri;
    this.onIncoming?.({ from: user === ANONYMOUS ? "" : user });
    if (this.#waiting) this.#waiting.rings(call);
    else this.#ringing = call;
  }

  #over(call: SipCall, cause: string): void {
    if (this.#ringing === call) this.#ringing = undefined;
    if (this.#talk?.call !== call) return;
    this.#talk.sound.close();
    this.#talk = undefined;
    if (cause === "RTP Timeout") this.#options.onTrouble?.(this.#say("bad-line"));
  }

  #nextRing(): Promise<SipCall> {
    this.#waiting?.forget();
    return new Promise((resolve, reject) => {
      const forget = (): void => {
        clearTimeout(late);
        this.#waiting = undefined;
        reject(new Error(this.#say("no-ring")));
      };
      const late = setTimeout(forget, RING_WITHIN_MS);
      this.#waiting = {
        forget,
        rings: (call) => {
          resolve(call);
          forget();
        },
      };
    });
  }

  /** Picks up in silence, so that the line stands before the browser has asked the agent for the microphone. */
  #connected(talk: Talk): Promise<void> {
    const { call, sound } = talk;
    return new Promise((resolve, reject) => {
      for (const how of ["ended", "failed"] as const) {
        call.on(how, () => {
          reject(new Error(this.#say("no-ring")));
        });
      }
      call.on("icecandidate", ({ ready }) => void setTimeout(ready, GATHER_AT_MOST_MS));
      for (const changed of ["hold", "unhold"] as const) {
        // JsSIP switches the microphone then, not knowing that it is off.
        call.on(changed, () => {
          sound.mute(this.#muted);
        });
      }
      call.answer({ mediaStream: sound.silence, pcConfig: { iceServers: [...this.#parts.ice] } });
      sound.plays(call.connection);
      call.connection.addEventListener("connectionstatechange", () => {
        if (call.connection.connectionState !== "connected") return;
        talk.connected = true;
        resolve();
      });
    });
  }

  async #inWords(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error instanceof LineError) throw new Error(this.#say(error.code));
      throw error instanceof SipTrouble ? new Error(this.#say(error.trouble)) : error;
    }
  }

  #say(trouble: Trouble): string {
    return inWords(trouble, this.#options.language);
  }
}

/** JsSIP throws where there is nothing left to end. */
function end(call: SipCall): void {
  if (!call.isEnded()) call.terminate(call.isEstablished() ? {} : { status_code: DECLINED });
}
