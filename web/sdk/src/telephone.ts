/** The page's telephone: registered while this tab owns the microphone, and let go otherwise. */

import type { DeviceIdentity, DevicePort } from "./device.js";
import type { CallFacts, Member } from "./frames.js";
import type { Clock, Store } from "./surroundings.js";

/** How long an agent's first hello waits for the registration: who is routed calls must be able to be rung. */
const READY_WITHIN_MS = 3000;

/** TTYPE of a supervisor's own leg. */
const MONITORING = "7";

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
  /** What every tab of the browser keeps. */
  readonly shared: Store;
  /** Under which key it keeps whether the agent's call is muted. */
  muteKey(): string;
  /** Asks the contact centre to have a call answered here, or to ring again for one whose leg was lost. */
  callBack(callId: string): void;
  /** Tells the contact centre that the agent is muted. */
  tellMuted(): void;
  changed(facts: TelephoneFacts): void;
  complain(message: string): void;
}

/** Uses a device for as long as this tab should. */
export class Telephone {
  readonly #parts: TelephoneParts;
  #agentId = "";
  #ready = Promise.resolve();
  #facts = NO_TELEPHONE;
  /** The call that is followed: "" for none, undefined while it is not known yet. */
  #callId: string | undefined;
  #muting = Promise.resolve("");
  /** Whether the server has the agent muted in that call, as far as it has said. */
  #mutedThere: boolean | undefined;
  /** It is muted because nobody here knows whether the agent had muted. */
  #guessed = false;
  /** What this telephone has asked the server to be answered, or rung again, for. */
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
    this.#callId = undefined;
    this.#mutedThere = undefined;
    this.#guessed = false;
    this.#calledBackFor = "";
    this.#change({ ...NO_TELEPHONE, inUse: agentId !== "" });
    if (identity) {
      this.#ready = this.#within(READY_WITHIN_MS, this.#try(this.#register(this.#parts.device, identity)));
      // Nobody is heard before it is known whether the agent had muted.
      void this.mute(true);
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

  /**
   * Follows the agent's call: it is muted if the agent had muted it, and as the server says unless it is yet to be told
   * (`heeds`); one whose leg was lost is rung again, and a supervisor's own leg picked up.
   */
  follow(call: CallFacts | null, heeds: boolean): void {
    const callId = call?.callId ?? "";
    const before = this.#mutedThere;
    const there = call?.members.find((each) => each.who === this.#agentId && hasAnswered(each))?.muted;
    this.#mutedThere = there;
    if (callId !== this.#callId) {
      this.#begin(call, there);
    } else if (heeds && there !== undefined && there !== before) {
      this.#agree(there, before);
    }
    this.#pickUpItself(call);
  }

  #begin(call: CallFacts | null, there: boolean | undefined): void {
    const joins = call?.state === "talking" || call?.state === "recovering";
    const known = joins ? this.#noted(call.callId) : false;
    this.#callId = call?.callId ?? "";
    this.#guessed = known === undefined && there === undefined;
    const muted = known === true || (there ?? this.#guessed);
    if (!this.#guessed) {
      this.#keep(muted);
    }
    void this.mute(muted);
    if (muted && there === false) {
      this.#parts.tellMuted();
    }
  }

  /** The server says something new of the agent's leg, or speaks of one that was not there before. */
  #agree(there: boolean, before: boolean | undefined): void {
    if (there || before || this.#guessed) {
      void this.mute(there);
    } else if (this.#facts.muted) {
      this.#parts.tellMuted();
    }
  }

  #pickUpItself(call: CallFacts | null): void {
    const whatFor = call && wantsUs(call) ? `${call.callId} ${call.state}` : "";
    if (call && this.inUse && whatFor && this.#calledBackFor !== whatFor) {
      this.#parts.callBack(call.callId);
    }
    this.#calledBackFor = whatFor;
  }

  /** The connection broke: what was asked for over it may not have arrived. */
  forgetRequests(): void {
    this.#calledBackFor = "";
  }

  /** Presses keys at the telephone itself: gives "" or the problem. */
  async press(keys: string): Promise<string> {
    try {
      await this.#parts.device?.sendDigits(keys);
      return "";
    } catch (error) {
      return words(error);
    }
  }

  /** Mutes or unmutes, one after the other: gives "" or the problem. */
  mute(on: boolean): Promise<string> {
    return (this.#muting = this.#muting.then(() => this.#mute(on)));
  }

  /** Another browser has the agent: whether they mute there is not known here. */
  forgetMute(): void {
    this.#parts.shared.removeItem(this.#parts.muteKey());
  }

  async #mute(on: boolean): Promise<string> {
    this.#guessed &&= on && this.#callId !== "";
    if (on === this.#facts.muted) {
      return "";
    }
    try {
      await this.#parts.device?.mute(on);
      this.#change({ muted: on });
      this.#keep(on);
      return "";
    } catch (error) {
      return words(error);
    }
  }

  /** Lets the device go. */
  dispose(): void {
    this.use(undefined);
  }

  /** Whether this browser knows that the agent had muted this call, or had not. */
  #noted(callId: string): boolean | undefined {
    const kept = this.#parts.shared.getItem(this.#parts.muteKey());
    return [true, false].find((muted) => kept === noted(callId, muted));
  }

  /** Notes for whoever owns the microphone next, in another tab or after a reload, whether the call is muted. */
  #keep(muted: boolean): void {
    if (this.#callId) {
      this.#parts.shared.setItem(this.#parts.muteKey(), noted(this.#callId, muted));
    } else if (this.#callId === "") {
      this.forgetMute();
    }
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

function hasAnswered({ state }: Member): boolean {
  return state === "connected" || state === "held";
}

/** Tells whether nobody needs to say yes: a leg was lost, or a supervisor asked for this one. */
function wantsUs({ state, tags }: CallFacts): boolean {
  return state === "recovering" || (state === "offered" && tags["TTYPE"] === MONITORING);
}

function noted(callId: string, muted: boolean): string {
  return `${callId} ${muted ? "muted" : "open"}`;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : "The page's telephone failed.";
}
