/** Working days as the server's own rules told them (see tools/record_roads.py). */

import { readFileSync } from "node:fs";
import type { AgentEvent, Facts } from "../../src/frames.js";

/** One change: the events it told, and the facts after it. */
export interface Change {
  readonly events: readonly AgentEvent[];
  readonly facts: Facts;
}

export const ROADS = JSON.parse(
  readFileSync(new URL("roads.json", import.meta.url), "utf8"),
) as readonly (readonly Change[])[];

/**
 * What page and server must agree on. A snapshot counts QWAIT on, and knows of a talk that is still being dialled;
 * no event tells when a call began.
 */
export function comparable({ agent, call }: Facts): unknown {
  const { QWAIT: _waited, VOCID: _recording, ...tags } = call?.tags ?? {};
  const talking = call?.state === "talking";
  const { startedAt: _started, talkSince, vocId, ...rest } = call ?? { startedAt: 0, talkSince: 0, vocId: "" };
  return { agent, call: call && { ...rest, tags, ...(talking ? { talkSince, vocId } : {}) } };
}
