/** The page's telephone: registered while this tab owns the microphone, and let go otherwise. */

import type { DeviceIdentity, DevicePort } from "./device.js";
import type { CallFacts } from "./frames.js";
import type { Clock } from "./surroundings.js";

/** How long an agent's first hello waits for the registration: who is routed calls must be able to be rung. */
const READY_WITHIN_MS = 3000;

/** How the page's telephone is, in the tab that owns it. */
export interface TelephoneFacts {
  /** True where this agent's calls ring in a page. */
  readonly inUse: boolean;
  /** Whether it can be rung now. */
  readonly ready: boolean;
  /** Whether its microphone is off. */
  readonly muted: boolean;
}

/** No page rings. */
export const NO_TELEPHONE: TelephoneFacts = { inUse: false, ready: false, muted: false };

/** What a telephone goes by, and whom it tells. */
export interface TelephoneParts {
  readonly device: DevicePort | undefined;
  readonly clock: Clock;
  /** Asks the contact centre to ring it again for a call whose leg was lost. */
  callBack(callId: string): void;
  changed(facts: TelephoneFacts): void;
  complain(message: string): void;
}

/** Uses a device for as long as this tab should. */
export class Telephone {
  readonly #parts: TelephoneParts;
  #agentId = "";
  #ready = Promise.resolve();
  #facts = NO_TELEPHONE;
  #callId = "";
  /** The call that this telephone has asked to be rung again for. */
  #calledBackFor = "";

  constructor(parts: TelephoneParts) {
    this.#parts = parts;
    if (parts.device) {
      parts.device.onReady = (ready) => {
        this.#change({ ready: ready && this.inUse });
      };
    }
  }

  /** True while the device is registered from here. */
  get inUse(): boolean {
    return this.#facts.inUse;
  }

  /** Resolves once the device can be rung, or cannot be made to, or after 3 s. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Registers the device for an agent, or lets it go. */
  use(identity: DeviceIdentity | undefined): void {
    const agentId = identity?.agentId ?? "";
    if (!this.#parts.device || this.#agentId === agentId) {
      return;
    }
    this.#agentId = agentId;
    this.#calledBackFor = "";
    this.#change({ ...NO_TELEPHONE, inUse: agentId !== "" });
    if (identity) {
      this.#ready = this.#within(READY_WITHIN_MS, this.#try(this.#register(this.#parts.device, identity)));
    } else {
      this.#parts.device.dispose();
    }
  }

  /** Picks up what rings, or is about to. */
  pickUp(): void {
    if (this.#parts.device && this.inUse) {
      void this.#try(this.#parts.device.answer());
    }
  }

  /** Follows the agent's call: a new one is never muted from the start, and one whose leg was lost is rung again. */
  follow(call: CallFacts | null): void {
    const callId = call?.callId ?? "";
    if (callId !== this.#callId) {
      this.#callId = callId;
      void this.mute(false);
    }
    if (call?.state !== "recovering") {
      this.#calledBackFor = "";
    } else if (this.inUse && this.#calledBackFor !== callId) {
      this.#calledBackFor = callId;
      this.#parts.callBack(callId);
    }
  }

  /** The connection broke: what was asked for over it may not have arrived. */
  forgetRequests(): void {
    this.#calledBackFor = "";
  }

  /** Mutes or unmutes: gives "" or the problem. */
  async mute(on: boolean): Promise<string> {
    if (on === this.#facts.muted) {
      return "";
    }
    try {
      await this.#parts.device?.mute(on);
      this.#change({ muted: on });
      return "";
    } catch (error) {
      return words(error);
    }
  }

  /** Lets the device go. */
  dispose(): void {
    this.use(undefined);
  }

  async #register(device: DevicePort, identity: DeviceIdentity): Promise<void> {
    await device.register(identity);
    if (identity.agentId === this.#agentId) {
      this.#change({ ready: true });
    }
  }

  #change(changes: Partial<TelephoneFacts>): void {
    this.#facts = { ...this.#facts, ...changes };
    this.#parts.changed(this.#facts);
  }

  #try(doing: Promise<void>): Promise<void> {
    return doing.catch((error: unknown) => {
      this.#parts.complain(words(error));
    });
  }

  #within(ms: number, doing: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(ms, resolve);
      void doing.then(() => {
        cancel();
        resolve();
      });
    });
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : "The page's telephone failed.";
}
