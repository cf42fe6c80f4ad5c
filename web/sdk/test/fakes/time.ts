/** Time that passes when a test says so. */

import type { Cancel, Clock } from "../../src/surroundings.js";

interface Task {
  readonly due: number;
  readonly run: () => void;
}

/** How many turns a chain of promises may take until it has to wait for a timer again. */
const TURNS = 12;

/** A clock with no hurry: tasks run in the order of their times, each with every promise settled before the next. */
export class VirtualTime implements Clock {
  #now = 1_700_000_000_000;
  #tasks: Task[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Cancel {
    const task = { due: this.#now + ms, run };
    // After all that are due at the same time or before.
    const place = this.#tasks.findIndex((other) => other.due > task.due);
    this.#tasks.splice(place < 0 ? this.#tasks.length : place, 0, task);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== task);
    };
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#tasks.length;
  }

  /** Lets so many ms pass. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settled();
    for (let task = this.#tasks[0]; task && task.due <= until; task = this.#tasks[0]) {
      this.#tasks.shift();
      this.#now = Math.max(this.#now, task.due);
      task.run();
      await settled();
    }
    this.#now = until;
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    await Promise.resolve();
  }
}

/** Repeatable randomness (mulberry32), from 0 to below 1. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
