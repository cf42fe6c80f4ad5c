/** A browser with tabs: they share channels and locks, and each has its own storage. */

import { Agent } from "../../src/agent.js";
import type { AgentConfig } from "../../src/config.js";
import type { Channel, Clock, Locks, Store, Surroundings } from "../../src/surroundings.js";
import type { FakeCentre } from "./centre.js";

/** Where the pretend contact centre is. */
export const API = "http://centre.example";

class FakeChannel implements Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;

  constructor(
    readonly browser: FakeBrowser,
    readonly name: string,
  ) {}

  postMessage(message: unknown): void {
    const copy = structuredClone(message);
    for (const other of this.browser.channels) {
      if (other !== this && other.name === this.name) {
        this.browser.time.after(1, () => other.onmessage?.({ data: copy }));
      }
    }
  }

  close(): void {
    this.browser.channels.delete(this);
  }
}

interface Waiting {
  readonly grant: () => void;
  readonly rob: () => void;
}

/** Web Locks, as far as they are used. */
class FakeLocks implements Locks {
  readonly held = new Map<string, Waiting>();
  readonly queues = new Map<string, Waiting[]>();

  constructor(readonly browser: FakeBrowser) {}

  request(
    name: string,
    { signal, steal }: { readonly signal?: AbortSignal; readonly steal?: boolean },
    hold: () => Promise<void>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = new DOMException("aborted", "AbortError");
      const waiting: Waiting = {
        grant: () => {
          this.held.set(name, waiting);
          void hold().then(() => {
            this.#release(name, waiting);
            resolve();
          });
        },
        rob: () => {
          reject(abort);
        },
      };
      signal?.addEventListener("abort", () => {
        this.#drop(name, waiting);
        reject(abort);
      });
      const queue = this.queues.get(name) ?? [];
      if (steal) {
        const robbed = this.held.get(name);
        this.held.delete(name);
        this.browser.time.after(1, () => {
          robbed?.rob();
        });
      }
      this.queues.set(name, steal ? [waiting, ...queue] : [...queue, waiting]);
      this.#next(name);
    });
  }

  #next(name: string): void {
    this.browser.time.after(1, () => {
      const [first, ...rest] = this.queues.get(name) ?? [];
      if (first && !this.held.has(name)) {
        this.queues.set(name, rest);
        first.grant();
      }
    });
  }

  #release(name: string, waiting: Waiting): void {
    if (this.held.get(name) === waiting) {
      this.held.delete(name);
      this.#next(name);
    }
  }

  #drop(name: string, waiting: Waiting): void {
    this.queues.set(
      name,
      (this.queues.get(name) ?? []).filter((other) => other !== waiting),
    );
  }
}

/** The browser. */
export class FakeBrowser {
  readonly channels = new Set<FakeChannel>();
  readonly locks = new FakeLocks(this);
  readonly online = new Set<() => void>();
  readonly shared = memory();
  readonly reported: unknown[] = [];
  /** What may be loaded, by its address. */
  readonly modules = new Map<string, unknown>();
  #tabs = 0;

  constructor(
    readonly time: Clock,
    readonly centre: FakeCentre,
    readonly random: () => number,
    readonly name = "tab",
  ) {}

  /** Opens a tab with an agent object in it; a tab that is reloaded keeps its `store`. */
  tab(config: AgentConfig = {}, store: Store = memory()): Agent {
    return new Agent({ api: API, ...config }, this.surroundings(store));
  }

  surroundings(store: Store = memory()): Surroundings {
    const { time, centre, random, locks, shared } = this;
    let live = true;
    return {
      origin: API,
      clock: time,
      random,
      unique: () => `${this.name}${++this.#tabs}`,
      defer: (task) => {
        time.after(0, () => {
          if (live) {
            task();
          }
        });
      },
      report: (error) => this.reported.push(error),
      ask: (question) => centre.ask(question),
      askBlocking: (question) => centre.answer(question),
      openSocket: (_url, protocols) => centre.opens(protocols),
      load: (url) =>
        this.modules.has(url) ? Promise.resolve(this.modules.get(url)) : Promise.reject(new Error(`nothing at ${url}`)),
      language: () => "en-US",
      openChannel: (name) => {
        const channel = new FakeChannel(this, name);
        this.channels.add(channel);
        return channel;
      },
      locks,
      store,
      shared,
      whenOnline: (back) => {
        this.online.add(back);
        return () => this.online.delete(back);
      },
      dispose: () => {
        live = false;
      },
    };
  }
}

/** A tab's storage. */
export function memory(): Store {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}
