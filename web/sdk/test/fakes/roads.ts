/** Working days as the server's own rules told them (see tools/record_roads.py). */

import { readFileSync } from "node:fs";
import type { AgentEvent, Facts, Member } from "../../src/frames.js";

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
 * no event tells when a call began, nor how far a leg has come that is being rung, nor that the agent's own is again.
 * Who writes a call up is not told what tags others give it meanwhile, nor told again from whom they had it.
 */
export function comparable({ agent, call }: Facts): unknown {
  const { QWAIT: _waited, VOCID: _recording, ...tags } = call?.tags ?? {};
  const talking = call?.state === "talking";
  const { startedAt: _started, talkSince, vocId, ...rest } = call ?? { startedAt: 0, talkSince: 0, vocId: "" };
  const members = call?.members.filter((each) => isThere(each) || each.who !== agent.agentId).map(asFarAsTold);
  return { agent, call: call && { ...rest, tags: call.state === "ended" ? {} : tags, members, ...(talking ? { talkSince, vocId } : {}) } };
}

function isThere({ state }: Member): boolean {
  return state === "connected" || state === "held";
}

function asFarAsTold(member: Member): unknown {
  const { leg, role, who } = member;
  return isThere(member) ? member : { leg, role, who };
}
