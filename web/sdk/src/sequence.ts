/** The order of events: dense within an epoch, so what is missing shows, and what comes twice is known. */

import type { AgentEvent, Position, ResumeFrame, SnapshotFrame } from "./frames.js";
import type { Cancel, Clock } from "./surroundings.js";

/** How long a gap is given to fill itself before the missing events are asked for. */
export const GAP_MS = 150;

/** How long an answer to that question is waited for before it is asked again. */
export const ASK_AGAIN_MS = 4000;

/** As many events are kept for tabs that missed some as the server sends one by one. */
export const KEPT_EVENTS = 100;

/** What a sequence leads to. */
export interface SequenceSink {
  /** The next event, once. */
  apply(event: AgentEvent): void;
  /** A whole state that replaces every event up to its position. */
  adopt(snapshot: SnapshotFrame): void;
  /** Say hello with the position: something is missing. */
  ask(): void;
}

/** Lets each event through once and in order, from whatever arrives. */
export class Sequence {
  readonly #clock: Clock;
  readonly #sink: SequenceSink;
  #position: Position = { epoch: 0, seq: 0 };
  #held: AgentEvent[] = [];
  #kept: AgentEvent[] = [];
  #gap: Cancel | undefined;
  #asked: Cancel | undefined;

  constructor(clock: Clock, sink: SequenceSink) {
    this.#clock = clock;
    this.#sink = sink;
  }

  /** The last event that was applied. */
  get position(): Position {
    return this.#position;
  }

  /** Takes an event: drops what is known, applies the next, holds what comes too early. */
  event(event: AgentEvent): void {
    if (isBefore(this.#position, event)) {
      this.#held = [...this.#held, event].slice(-KEPT_EVENTS);
      this.#drain();
    }
  }

  /** Takes every missed event at once. */
  resume(frame: ResumeFrame): void {
    this.#answered();
    frame.events.forEach((event) => {
      this.event(event);
    });
    this.newest(frame);
  }

  /** Takes a whole state, unless it is older than what is known. */
  snapshot(frame: SnapshotFrame): void {
    this.#answered();
    if (isBefore(frame, this.#position)) {
      return;
    }
    this.#position = { epoch: frame.epoch, seq: frame.seq };
    this.#kept = [];
    this.#sink.adopt(frame);
    this.#drain();
  }

  /** Hears what the newest position is: whoever is behind it has missed something. */
  newest(position: Position): void {
    if (isBefore(this.#position, position)) {
      this.#askSoon();
    }
  }

  /** Says hello now, and again until it is answered. */
  ask(): void {
    this.rest();
    this.#asked = this.#clock.after(ASK_AGAIN_MS, () => {
      this.ask();
    });
    this.#sink.ask();
  }

  /** The events after a position, or undefined when not all of them are kept. */
  after({ epoch, seq }: Position): readonly AgentEvent[] | undefined {
    const missed = this.#kept.filter((event) => event.seq > seq);
    const complete = epoch === this.#position.epoch && missed.length === this.#position.seq - seq;
    return complete ? missed : undefined;
  }

  /** Forgets the position: another agent, or another sign-in. */
  reset(): void {
    this.rest();
    this.#position = { epoch: 0, seq: 0 };
    this.#held = [];
    this.#kept = [];
  }

  /** Stops asking: there is nobody to ask. */
  rest(): void {
    this.#answered();
    this.#gap?.();
    this.#gap = undefined;
  }

  #drain(): void {
    for (let next = this.#next(); next; next = this.#next()) {
      this.#position = { epoch: next.epoch, seq: next.seq };
      this.#kept = [...this.#kept, next].slice(-KEPT_EVENTS);
      this.#sink.apply(next);
    }
    this.#held = this.#held.filter((event) => isBefore(this.#position, event));
    if (this.#held.length > 0) {
      this.#askSoon();
    } else {
      this.#gap?.();
      this.#gap = undefined;
    }
  }

  #next(): AgentEvent | undefined {
    const { epoch, seq } = this.#position;
    return this.#held.find((event) => event.epoch === epoch && event.seq === seq + 1);
  }

  #askSoon(): void {
    if (this.#asked) {
      return;
    }
    this.#gap ??= this.#clock.after(GAP_MS, () => {
      this.ask();
    });
  }

  #answered(): void {
    this.#asked?.();
    this.#asked = undefined;
  }
}

/** Tells whether one position comes before another. */
export function isBefore(one: Position, other: Position): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.seq < other.seq);
}
