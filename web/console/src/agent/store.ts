/** Keeps the desk: hears the agent object, tells React. */

import { Agent, type AgentConfig, EVENTS, type HeardEvent, type Outcome } from "icall-agent";

import type { Ask } from "./centre.js";
import { after, type Desk, emptyDesk, type Reading, requestRefused } from "./desk.js";
import { dismissed, noticed } from "./notices.js";
import type { Asked } from "./refusals.js";

declare global {
  interface Window {
    /** The agent object, as business pages inside find it at `window.top`. */
    iCallAgentX?: Agent;
  }
}

/** One agent's desk, for as long as the page lives. */
export class DeskStore {
  readonly agent: Agent;
  /** True where this page has a telephone of its own, whose microphone it can turn off. */
  readonly hasSound: boolean;
  #desk: Desk;
  readonly #watchers = new Set<() => void>();

  constructor(config: AgentConfig) {
    this.hasSound = config.telephone !== undefined;
    this.agent = new Agent(config);
    this.#desk = emptyDesk(this.#read());
    for (const name of Object.keys(EVENTS)) {
      this.agent.bind(name, (event) => {
        this.#heard(event);
      });
    }
  }

  /** The desk as it is now; for useSyncExternalStore. */
  readonly desk = (): Desk => this.#desk;

  /** Hears of every change; for useSyncExternalStore. */
  readonly watch = (changed: () => void): (() => void) => {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  };

  /** Asks for an action, and tells the agent why where it is refused; true when it was accepted. */
  async ask(asked: Asked, doing: (agent: Agent) => Promise<Outcome>): Promise<boolean> {
    const { ok, code, requestId } = await doing(this.agent);
    // What was sent is closed by an event, which tells of the refusal; what was not sent is told here.
    if (!ok && requestId === 0) {
      this.#change(noticed(this.#desk, Date.now(), requestRefused(asked, code)));
    }
    return ok;
  }

  /** Signs out: whoever is signed out otherwise is told how. */
  async signOut(): Promise<void> {
    this.#change({ ...this.#desk, leaving: true });
    const left = await this.ask("signOut", (agent) => agent.logout());
    // Logout is told in a task of its own, before or after this.
    this.#change({ ...this.#desk, ...this.#read(), leaving: left, left: left ? "self" : this.#desk.left });
  }

  /** Asks a path of the contact centre, signed in. */
  readonly get: Ask = (path) => this.agent.ask("GET", path);

  /** Lets a notice go. */
  dismiss(id: number): void {
    this.#change(dismissed(this.#desk, id));
  }

  /** Reads the agent object again: after what no event tells, such as signing in. */
  refresh(): void {
    this.#change({ ...this.#desk, ...this.#read(), leaving: false });
  }

  #heard(event: HeardEvent): void {
    this.#change(after(this.#desk, event, this.#read(), Date.now()));
  }

  #read(): Reading {
    const { signedIn, facts, connection, role, telephone } = this.agent;
    return { person: signedIn, facts, connection, role, telephone };
  }

  #change(desk: Desk): void {
    this.#desk = desk;
    this.#watchers.forEach((changed) => {
      changed();
    });
  }
}
