/** Where the sound goes: one small port, behind which a carrier's own library stands. */

/** A leg that rings at the device. */
export interface IncomingLeg {
  /** Who calls, as the carrier tells it. */
  readonly from: string;
}

/** What a device registers with at the carrier. */
export interface SoftphoneCredentials {
  /** The name by which the carrier rings it: "agent_100"; at Asterisk with its pbx, "agent_100@hq". */
  readonly name: string;
  /** Proves that it may: the carrier's own kind of token. Never log it. */
  readonly token: string;
  /** In ms since 1970; ask for others before. */
  readonly expiresAt: number;
}

/** Whose device it is, and how it gets its credentials. */
export interface DeviceIdentity {
  readonly agentId: string;
  readonly sliceNo: number;
  /** Asks the contact centre for fresh credentials; rejects with AgentError. */
  credentials(): Promise<SoftphoneCredentials>;
}

/** The telephone of this page. Each method rejects with an Error whose message is fit to be shown. */
export interface DevicePort {
  /** Makes the device reachable; called in the tab that owns the microphone, again after each sign-in. */
  register(identity: DeviceIdentity): Promise<void>;
  /** Picks up the leg that rings, or the next one that rings within 10 s. */
  answer(): Promise<void>;
  /** Ends the device's own leg, if it has one. */
  hangUp(): Promise<void>;
  /** Turns the microphone off or on, in every leg to come too, from its first sound, until it is told otherwise. */
  mute(on: boolean): Promise<void>;
  /** Sends keys in the device's own leg. */
  sendDigits(digits: string): Promise<void>;
  /** Lets go of microphone, connection and registration; it may be registered again. */
  dispose(): void;
  /** Set by whoever wants to know of a leg that rings. */
  onIncoming: ((leg: IncomingLeg) => void) | undefined;
  /** Set by whoever wants to know that the registration was lost, and that it is back. */
  onReady: ((ready: boolean) => void) | undefined;
}

/** Which telephone a deployment has for its pages; `deployment.json` beside the SDK says it. */
export type TelephonePlace =
  | { readonly kind: "twilio"; /** Twilio's edge locations to try, by name. */ readonly edge?: readonly string[] }
  | { readonly kind: "emulated"; /** The emulated carrier's address. */ readonly carrier: string }
  | {
      readonly kind: "sip";
      /** Asterisk's WebSocket: "wss://pbx.example.com/ws"; "{pbx}" in it becomes the name of the agent's pbx. */
      readonly server: string;
      /** STUN and TURN servers, where sound does not find its way without. */
      readonly ice?: readonly RTCIceServer[];
    };

/** What a page may want of its telephone beside the port. */
export interface TelephoneOptions {
  /** "zh-CN" gives messages in Chinese, anything else in English. */
  readonly language?: string;
  /** Told, in words, what went wrong when nobody had asked: a lost line, a microphone refused after a reload. */
  readonly onTrouble?: (message: string) => void;
}

/** Makes the telephone of a place: what each module in `telephones/` exports as `telephone`. */
export type TelephoneMaker<Kind extends TelephonePlace["kind"] = TelephonePlace["kind"]> = (
  place: Extract<TelephonePlace, { readonly kind: Kind }>,
  options?: TelephoneOptions,
) => DevicePort;

/** No telephone in this page: the agent has a SIP phone or another on the desk. */
export class NullDevice implements DevicePort {
  onIncoming: DevicePort["onIncoming"];
  onReady: DevicePort["onReady"];

  register(): Promise<void> {
    return Promise.resolve();
  }

  answer(): Promise<void> {
    return Promise.resolve();
  }

  hangUp(): Promise<void> {
    return Promise.resolve();
  }

  mute(): Promise<void> {
    return Promise.reject(new Error("This page has no telephone: use the one on the desk."));
  }

  sendDigits(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this.onIncoming = this.onReady = undefined;
  }
}
