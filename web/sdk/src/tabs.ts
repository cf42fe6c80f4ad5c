/** Several tabs of one agent: one owns socket and microphone, the others mirror it and act through it. */

import type { ConnectionState, Reason } from "./constants.js";
import type { Session } from "./centre.js";
import type { Frame, RequestFrame } from "./frames.js";
import type { Channel, Surroundings } from "./surroundings.js";
import type { TelephoneFacts } from "./telephone.js";

/** What tabs tell each other; `to` is one tab, or nobody for all. */
export type TabMessage =
  /** Is anybody signed in? */
  | { readonly kind: "who" }
  /** The owner is, and this is how a new tab may be too. */
  | { readonly kind: "session"; readonly session: Session }
  /** What the owner's socket brought, as it was applied. */
  | { readonly kind: "frame"; readonly frame: Frame }
  | { readonly kind: "connection"; readonly state: ConnectionState; readonly reason: Reason; readonly retryMs: number }
  | { readonly kind: "telephone"; readonly facts: TelephoneFacts }
  /** A mirror has missed something. */
  | { readonly kind: "hello"; readonly epoch: number; readonly seq: number }
  | { readonly kind: "action"; readonly frame: RequestFrame }
  /** `how` is iParam of Logout. */
  | { readonly kind: "signedOut"; readonly how: 0 | 3 | 4 };

/** A message on its way. */
export type Posted = TabMessage & { readonly from: string; readonly to?: string; readonly agentId: string };

/** What a tab is: alone in charge, a mirror, or not in any agent's company. */
export type Role = "owner" | "mirror" | "none";

/** Whom the company of tabs tells. */
export interface TabsParts {
  readonly surroundings: Surroundings;
  readonly tab: string;
  readonly name: string;
  readonly share: boolean;
  became(role: Role): void;
  heard(message: Posted): void;
}

/** This tab's place among the tabs of one agent. */
export class Tabs {
  readonly #parts: TabsParts;
  readonly #channel: Channel | undefined;
  #agentId = "";
  #role: Role = "none";
  /** Ends this tab's hold of the lock, or its wait for it. */
  #leave: (() => void) | undefined;

  constructor(parts: TabsParts) {
    this.#parts = parts;
    const able = parts.share && parts.surroundings.locks;
    this.#channel = able ? parts.surroundings.openChannel?.(parts.name) : undefined;
    if (this.#channel) {
      this.#channel.onmessage = ({ data }) => {
        this.#hear(data as Posted);
      };
    }
  }

  /** Whether tabs are told apart: one alone owns the socket, and what comes late was on its way from another. */
  get shared(): boolean {
    return this.#channel !== undefined;
  }

  /** What this tab is. */
  get role(): Role {
    return this.#role;
  }

  /** Joins an agent's tabs: as the owner where there is none, else as a mirror that waits to be it. */
  join(agentId: string): void {
    this.leave();
    this.#agentId = agentId;
    if (!this.#channel) {
      this.#become("owner");
      return;
    }
    this.#become("mirror");
    this.#queue(false);
  }

  /** Takes ownership from whichever tab has it. */
  takeOver(): void {
    if (this.#role === "mirror") {
      this.#leave?.();
      this.#queue(true);
    }
  }

  /** Leaves: another tab becomes the owner. */
  leave(): void {
    this.#agentId = "";
    this.#leave?.();
    this.#leave = undefined;
    this.#become("none");
  }

  /** Tells the other tabs, or one of them. */
  post(message: TabMessage, to?: string): void {
    this.#channel?.postMessage({ ...message, from: this.#parts.tab, agentId: this.#agentId, ...(to ? { to } : {}) });
  }

  /** Leaves for good. */
  dispose(): void {
    this.leave();
    if (this.#channel) {
      this.#channel.onmessage = null;
      this.#channel.close();
    }
  }

  #hear(message: Posted): void {
    const forUs = message.to === undefined || message.to === this.#parts.tab;
    const ours = message.agentId === this.#agentId || message.kind === "who" || this.#agentId === "";
    if (forUs && ours && message.from !== this.#parts.tab) {
      this.#parts.heard(message);
    }
  }

  #queue(steal: boolean): void {
    const waiting = new AbortController();
    let release = (): void => {
      waiting.abort();
    };
    const leave = (): void => {
      release();
    };
    this.#leave = leave;
    const held = (): Promise<void> =>
      new Promise((done) => {
        release = done;
        if (this.#leave === leave) {
          this.#become("owner");
        } else {
          done();
        }
      });
    const options = steal ? { steal } : { signal: waiting.signal };
    void this.#parts.surroundings.locks?.request(`${this.#parts.name}:${this.#agentId}`, options, held).catch(() => {
      this.#robbed(leave);
    });
  }

  /** Another tab took over: wait in line again. */
  #robbed(leave: () => void): void {
    if (this.#leave === leave && this.#role === "owner") {
      this.#become("mirror");
      this.#queue(false);
    }
  }

  #become(role: Role): void {
    if (this.#role !== role) {
      this.#role = role;
      this.#parts.became(role);
    }
  }
}
