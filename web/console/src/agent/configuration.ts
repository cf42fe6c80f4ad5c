/** What the page knows of the centre, and of calls that are over, as the contact centre's HTTP interface tells it. */

import type { Title } from "../texts/texts.js";

/** A reason to pause; `code` is what the action takes. */
export interface PauseReason {
  readonly name: string;
  readonly code: number;
  readonly title: Title;
  readonly state: number;
}

/** Something with a name and a title: a disposition, a queue. */
export interface Named {
  readonly name: string;
  readonly title: Title;
}

/** A page of the business system that opens at an event; an empty `queue` means every queue. */
export interface ScreenPop {
  readonly name: string;
  readonly event: string;
  readonly url: string;
  readonly queue: string | null;
}

/** The centre, as its agents' pages need it. */
export interface Configuration {
  readonly centre: string;
  readonly languages: readonly string[];
  readonly me: {
    readonly agentId: string;
    readonly name: string;
    readonly roles: readonly string[];
    readonly sliceNo: number;
  };
  readonly reasons: readonly PauseReason[];
  readonly dispositions: readonly Named[];
  readonly queues: readonly Named[];
  readonly screenPops: readonly ScreenPop[];
}

/** An agent's part in a call; `until` and `how` are null while they are there. Times in ms since 1970. */
export interface AgentsPart {
  readonly agentId: string;
  readonly owner: boolean;
  readonly from: number;
  readonly until: number | null;
  readonly how: string | null;
}

/** A call that is over; times in ms since 1970, `owner` empty when it was nobody's. */
export interface PastCall {
  readonly callId: string;
  readonly direction: string;
  readonly caller: string;
  readonly called: string;
  readonly queue: string;
  readonly owner: string;
  readonly agents: readonly AgentsPart[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly talkSeconds: number;
  readonly endedBy: string;
  readonly cause: string;
  readonly vocId: string;
  readonly disposition: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Codes from here on are the system's own reasons, which nobody chooses. */
const SYSTEM_REASONS_FROM = 90;

/** The reasons that an agent may choose. */
export function choosable(reasons: readonly PauseReason[]): readonly PauseReason[] {
  return reasons.filter(({ code }) => code < SYSTEM_REASONS_FROM);
}

/** The customer's number, whoever called whom. */
export function customerOf(call: PastCall): string {
  return call.direction === "inbound" ? call.caller : call.called;
}
