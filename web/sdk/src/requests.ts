/** Requests on their way: each number is closed once, by the server's ActionResult or by time. */

import { RESULTS } from "./constants.js";
import type { ResultFrame } from "./frames.js";
import type { Cancel, Clock } from "./surroundings.js";

/** How long an ActionResult is waited for. */
export const REQUEST_MS = 15_000;

/** What became of a request. It never means that it happened: an event does. */
export interface Outcome {
  /** True when the server accepted it. */
  readonly ok: boolean;
  /** As `doAction` has it: 0 accepted, or why not. */
  readonly code: number;
  /** Words for people; empty when it was accepted. */
  readonly message: string;
  /** The number that `doAction` would have returned; 0 when nothing was sent. */
  readonly requestId: number;
  /** The call it concerned, or "". */
  readonly callId: string;
}

/** What a request asks for, as the event ActionResult tells it: ACT or CONTROL. */
export type Named = Readonly<{ ACT: string } | { CONTROL: string }>;

/** An outcome with what it belongs to. */
export interface Closed extends Outcome {
  readonly named: Named;
}

interface Pending {
  readonly number: number;
  readonly named: Named;
  readonly stop: Cancel;
  readonly closed: (outcome: Outcome) => void;
}

/** Gives numbers to requests, and their outcomes to whoever waits. */
export class Requests {
  readonly #clock: Clock;
  readonly #tab: string;
  readonly #tell: (closed: Closed) => void;
  readonly #pending = new Map<string, Pending>();
  #last = 0;

  /** `tab` makes the ids differ from every other page's; `tell` hears every outcome. */
  constructor(clock: Clock, tab: string, tell: (closed: Closed) => void) {
    this.#clock = clock;
    this.#tab = tab;
    this.#tell = tell;
  }

  /** Opens a request: gives its number for the page and its id for the wire. */
  open(named: Named, closed: (outcome: Outcome) => void): { readonly number: number; readonly id: string } {
    const number = ++this.#last;
    const id = `${this.#tab}-${number}`;
    const stop = this.#clock.after(REQUEST_MS, () => {
      this.close(id, RESULTS.timedOut, "No answer came: look at the state before trying again.");
    });
    this.#pending.set(id, { number, named, stop, closed });
    return { number, id };
  }

  /** Takes the server's word; one that comes twice, or for another page's request, changes nothing. */
  take(frame: ResultFrame): void {
    const [code, message] = wasAccepted(frame.iParam)
      ? [RESULTS.accepted, ""]
      : [frame.iParam, frame.tags["MSG"] ?? ""];
    this.close(frame.tags["REQID"] ?? "", code, message, frame.callId);
  }

  /** Closes a request, once. */
  close(id: string, code: number, message: string, callId = ""): void {
    const pending = this.#pending.get(id);
    if (!pending) {
      return;
    }
    this.#pending.delete(id);
    pending.stop();
    const outcome = { ok: code >= 0, code, message, requestId: pending.number, callId };
    this.#tell({ ...outcome, named: pending.named });
    pending.closed(outcome);
  }

  /** Takes a request back that was never sent. */
  discard(id: string): void {
    this.#pending.get(id)?.stop();
    this.#pending.delete(id);
  }

  /** Closes every request: nobody will answer any more. */
  closeAll(code: number, message: string): void {
    for (const id of [...this.#pending.keys()]) {
      this.close(id, code, message);
    }
  }
}

/** Tells whether a result says yes: an id is used once, so "taken already" is our own, doubled on its way. */
export function wasAccepted(code: number): boolean {
  return code === RESULTS.accepted || code === RESULTS.duplicate;
}

/** Gives the outcome of what was refused before anything was sent. */
export function refusal(code: number): Outcome {
  return { ok: false, code, message: REFUSALS[code] ?? "", requestId: 0, callId: "" };
}

const REFUSALS: Readonly<Record<number, string>> = {
  [RESULTS.notSignedIn]: "Sign in first.",
  [RESULTS.unknownCode]: "The centre's code map has no code for this.",
  [RESULTS.badParameter]: "Codes must be whole numbers, and text at most 4 KB.",
  [RESULTS.notConnected]: "Not connected: nothing was sent.",
  [RESULTS.noTelephone]:
    "This page has no telephone to answer with: give it one (data-telephone), or answer in the page that has one.",
  [RESULTS.signedInElsewhere]: "Another page of this agent took over: take over here first.",
};
