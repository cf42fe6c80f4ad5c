/**
 * The connection of the tab that owns it: three states, changed by one door.
 *
 *                  open()                     welcomed: hello is answered
 *   disconnected ─────────▶ connecting ─────────────────────────────────▶ connected
 *        ▲                   │  ▲  ▲                                       │    │
 *        │   close(), 4003,  │  │  └── a try failed: again, full jitter ───┘    │ planned roll-over: a second
 *        └── 4009, no session┘  └───── broken, silent, 4001, 4012, 4029 ────────┘ socket first, then the old one goes
 */

import { type ConnectionState, REASONS, type Reason } from "./constants.js";
import { type Frame, type HeartbeatQuestion, type HelloFrame, readFrame } from "./frames.js";
import type { Cancel, Clock, Socket } from "./surroundings.js";

const PROTOCOL = "icall.v1";

const HEARTBEAT_MS = 20_000;

/** How long a ticket, an opening, a first answer or a heartbeat's answer is waited for. */
const PATIENCE_MS = 10_000;

/** API Gateway closes every socket after 2 h: the next one is opened before, at a moment of this page's own. */
const ROLL_OVER_MS = 105 * 60_000;
const ROLL_OVER_SPREAD_MS = 10 * 60_000;

/** How long the last event is waited for after the server closed. */
const LAST_EVENT_MS = 150;

const ROLL_OVER_AGAIN_MS = 60_000;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 20_000;
const SLOW_DOWN_MS = 10_000;

/** The agent's page, by its name, is on another socket. */
const REPLACED = 4010;

/** Close codes, by socket or by frame, and what each means; whatever is not here is the network's doing. */
const CLOSE_REASONS: Readonly<Record<number, Reason>> = {
  4001: "badTicket",
  4003: "signedOut",
  4009: "superseded",
  4012: "resynchronise",
  4029: "slowDown",
};

/** After these nothing is tried again: somebody has to sign in, or to take over. */
const FINAL: readonly Reason[] = ["signedOut", "superseded", "disposed"];

/** What became of asking for a ticket: the ticket, or why there is none. */
export type TicketAnswer = { readonly ticket: string } | { readonly refused: "signedOut" | "superseded" | "noTicket" };

/** What a connection needs, and whom it tells. */
export interface ConnectionParts {
  readonly clock: Clock;
  random(): number;
  openSocket(protocols: string[]): Socket;
  ticket(): Promise<TicketAnswer>;
  /** Hello must be said, with the position. */
  ask(): void;
  /** What it means that a page of this one's name is on another socket. */
  replaced(): "network" | "superseded";
  /** What a sign of life says. */
  beat(): HeartbeatQuestion;
  take(frame: Frame): void;
  /** The connection moved; `retryMs` until the next try, where there will be one. */
  moved(state: ConnectionState, reason: Reason, retryMs: number): void;
}

/** One socket with the timers of its life. */
interface Wire {
  readonly socket: Socket;
  readonly timers: Set<Cancel>;
  welcomed: boolean;
  /** Ends the wait for any sign of life. */
  silent: Cancel | undefined;
}

/** Keeps one socket open, for as long as it should be. */
export class Connection {
  readonly #parts: ConnectionParts;
  #state: ConnectionState = "disconnected";
  #wire: Wire | undefined;
  /** The second socket of a roll-over, until it is welcomed. */
  #next: Wire | undefined;
  #tries = 0;
  #attempt = 0;
  #waiting: Cancel | undefined;
  #oneMore: Cancel | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** Which of the three states it is in. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** Begins to connect, unless it has begun. */
  open(): void {
    if (this.#state === "disconnected") {
      this.#tries = 0;
      this.#move("connecting", "starting");
      void this.#try();
    }
  }

  /** Ends the connection. */
  close(reason: Reason): void {
    if (this.#state !== "disconnected") {
      this.#dropAll();
      this.#move("disconnected", reason);
    }
  }

  /** The network is back: does not wait for the next try. */
  hurry(): void {
    if (this.#waiting) {
      this.#stopWaiting();
      void this.#try();
    }
  }

  /** Says hello on the newest socket, where one is open. */
  hello(frame: HelloFrame): void {
    this.#send(this.#next ?? this.#wire, frame);
  }

  /** Sends a frame; false when it is not connected. */
  send(frame: object): boolean {
    return this.#state === "connected" && this.#send(this.#wire, frame);
  }

  /** Gives one more sign of life in so many ms, in place of the one that was asked for before; undefined: none. */
  beatIn(ms: number | undefined): void {
    this.#oneMore?.();
    const wire = this.#wire;
    this.#oneMore =
      wire && ms !== undefined
        ? this.#after(wire, ms, () => {
            this.#isAlive(wire);
          })
        : undefined;
  }

  /** The one door. */
  #move(state: ConnectionState, reason: Reason, retryMs = 0): void {
    this.#state = state;
    this.#parts.moved(state, reason, retryMs);
  }

  /** Opens a socket with a fresh ticket, unless it is overtaken meanwhile. */
  async #try(place: "wire" | "next" = "wire"): Promise<void> {
    const attempt = ++this.#attempt;
    const answer = await this.#parts.ticket();
    if (attempt !== this.#attempt) {
      return;
    }
    if ("ticket" in answer) {
      const wire = this.#listen(this.#parts.openSocket([PROTOCOL, `ticket.${answer.ticket}`]));
      [this.#wire, this.#next] = place === "wire" ? [wire, undefined] : [this.#wire, wire];
    } else if (place === "wire" || FINAL.includes(answer.refused)) {
      this.#failed(answer.refused);
    } else {
      this.#rollOverIn(ROLL_OVER_AGAIN_MS);
    }
  }

  #listen(socket: Socket): Wire {
    const wire: Wire = {
      socket,
      timers: new Set(),
      welcomed: false,
      silent: undefined,
    };
    socket.onopen = () => {
      this.#parts.ask();
    };
    socket.onmessage = ({ data }) => {
      this.#hear(wire, readFrame(String(data)));
    };
    socket.onclose = ({ code }) => {
      this.#lost(wire, CLOSE_REASONS[code] ?? "network");
    };
    this.#after(wire, PATIENCE_MS, () => {
      if (!wire.welcomed) {
        this.#lost(wire, "silent");
      }
    });
    return wire;
  }

  #hear(wire: Wire, frame: Frame | undefined): void {
    wire.silent?.();
    wire.silent = undefined;
    if (frame?.type === "close") {
      this.#told(wire, frame.code === REPLACED ? this.#parts.replaced() : (CLOSE_REASONS[frame.code] ?? "network"));
    } else if (frame) {
      if (frame.type === "resume" || frame.type === "Snapshot") {
        this.#welcome(wire);
      }
      this.#parts.take(frame);
    }
  }

  /** The server said why it closes. */
  #told(wire: Wire, reason: Reason): void {
    wire.socket.onclose = null;
    // The event Logout, which says more, may be a little behind.
    this.#after(wire, reason === "signedOut" ? LAST_EVENT_MS : 0, () => {
      this.#lost(wire, reason);
    });
  }

  #welcome(wire: Wire): void {
    if (wire.welcomed) {
      return;
    }
    wire.welcomed = true;
    if (this.#next === wire) {
      this.#drop(this.#wire);
      [this.#wire, this.#next] = [wire, undefined];
    }
    this.#tries = 0;
    this.#beat(wire);
    this.#rollOverIn(ROLL_OVER_MS + this.#parts.random() * ROLL_OVER_SPREAD_MS);
    if (this.#state !== "connected") {
      this.#move("connected", "none");
    }
  }

  #beat(wire: Wire): void {
    this.#after(wire, HEARTBEAT_MS, () => {
      this.#isAlive(wire);
      this.#beat(wire);
    });
  }

  #isAlive(wire: Wire): void {
    this.#send(wire, this.#parts.beat());
    wire.silent ??= this.#after(wire, PATIENCE_MS, () => {
      this.#lost(wire, "silent");
    });
  }

  #rollOverIn(ms: number): void {
    if (this.#wire) {
      this.#after(this.#wire, ms, () => void this.#try("next"));
    }
  }

  /** A wire is gone, or must go; what follows depends on which it was. */
  #lost(wire: Wire, reason: Reason): void {
    if (wire === this.#wire && this.#next && reason !== "signedOut") {
      // The server closes the old socket as soon as the new one has said hello.
      this.#drop(wire);
      this.#wire = undefined;
    } else if (wire === this.#wire || wire === this.#next) {
      this.#failed(reason);
    }
  }

  #failed(reason: Reason): void {
    this.#dropAll();
    if (FINAL.includes(reason)) {
      this.#move("disconnected", reason);
      return;
    }
    const wait = this.#retryMs(reason);
    this.#tries += 1;
    this.#waiting = this.#parts.clock.after(wait, () => {
      this.#waiting = undefined;
      void this.#try();
    });
    this.#move("connecting", reason, wait);
  }

  /** Full jitter: anything up to a bound that doubles, so that many pages do not come back all at once. */
  #retryMs(reason: Reason): number {
    const bound = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#tries);
    return Math.round((reason === "slowDown" ? SLOW_DOWN_MS : 0) + this.#parts.random() * bound);
  }

  #send(wire: Wire | undefined, frame: object): boolean {
    try {
      wire?.socket.send(JSON.stringify(frame));
      return wire !== undefined;
    } catch {
      // Still opening, or closing: its end will be told.
      return false;
    }
  }

  #after(wire: Wire, ms: number, task: () => void): Cancel {
    const stop = this.#parts.clock.after(ms, () => {
      wire.timers.delete(cancel);
      task();
    });
    const cancel = (): void => {
      wire.timers.delete(cancel);
      stop();
    };
    wire.timers.add(cancel);
    return cancel;
  }

  #dropAll(): void {
    this.#attempt += 1;
    this.#stopWaiting();
    this.#drop(this.#wire);
    this.#drop(this.#next);
    this.#wire = this.#next = undefined;
  }

  #drop(wire: Wire | undefined): void {
    if (wire) {
      wire.timers.forEach((cancel) => {
        cancel();
      });
      wire.socket.onopen = wire.socket.onmessage = wire.socket.onclose = null;
      wire.socket.close(1000);
    }
  }

  #stopWaiting(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}

/** The code of a reason, as tag REASON has it. */
export function reasonCode(reason: Reason): number {
  return REASONS[reason];
}
