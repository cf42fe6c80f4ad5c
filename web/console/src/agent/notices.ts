/** What the agent is told, and for how long it holds. Pure. */

import { type HeardEvent, STATES } from "icall-agent";

import type { Say } from "../texts/texts.js";
import type { Desk } from "./desk.js";
import { isInTalk } from "./states.js";

/** A sentence, in whatever language is chosen. */
export type Words = (say: Say) => string;

/**
 * Until when a notice holds: until the agent is no longer set aside; until another call begins; until something else
 * is asked for, or possible; until the telephone is in order again.
 */
export type Until = "takesCalls" | "nextCall" | "nextDeed" | "telephoneReady";

/** Something that the agent should be told. */
export interface Notice {
  readonly id: number;
  readonly at: number;
  readonly tone: "error" | "warning" | "info";
  /** What happened: stays true. */
  readonly words: Words;
  /** What the agent should know or do because of it, for as long as it holds. */
  readonly advice?: Words;
  readonly until: Until;
  /** The call that it is about; "" where it is about none. */
  readonly callId: string;
  /** False once it is only a memory. */
  readonly holds: boolean;
}

/** A notice as whoever gives it knows it. */
export type News = Pick<Notice, "tone" | "words" | "until"> & Partial<Pick<Notice, "advice" | "callId">>;

const MOST_NOTICES = 30;

/** Gives the desk with one more notice. */
export function noticed(desk: Desk, now: number, news: News): Desk {
  const id = (desk.notices[0]?.id ?? 0) + 1;
  const notice = { callId: "", ...news, id, at: now, holds: true };
  return { ...desk, notices: [notice, ...desk.notices].slice(0, MOST_NOTICES) };
}

/** Gives the desk without a notice. */
export function dismissed(desk: Desk, id: number): Desk {
  return { ...desk, notices: desk.notices.filter((notice) => notice.id !== id) };
}

/** Gives the notices after an event that made `after` of `before`: those that no longer hold are memories. */
export function stillHolding(before: Desk, after: Desk, event: HeardEvent): readonly Notice[] {
  const isOver = (notice: Notice): boolean => notice.holds && ENDS[notice.until](event, after, before, notice);
  return after.notices.some(isOver)
    ? after.notices.map((notice) => (isOver(notice) ? { ...notice, holds: false } : notice))
    : after.notices;
}

type End = (event: HeardEvent, after: Desk, before: Desk, notice: Notice) => boolean;

const ENDS: Readonly<Record<Until, End>> = {
  takesCalls: (event, after) =>
    event.type === "Ring" || (["State", "Snapshot"].includes(event.type) && takesCalls(stateOf(event, after))),
  nextCall: (event, _after, _before, { callId }) =>
    ["Ring", "Progress", "Talk"].includes(event.type) && event.callId !== callId,
  nextDeed: (event, after, before) =>
    (event.type === "State" && event.tags["STATE"] !== event.tags["OLDSTATE"]) ||
    (event.type === "ActionResult" && event.iParam >= 0) ||
    (after.connection.state === "connected" && before.connection.state !== "connected"),
  telephoneReady: (event, after, before) => event.type === "Ring" || (after.telephone.ready && !before.telephone.ready),
};

/** Tells whether a state says that calls come, or have come, again. */
function takesCalls(state: number): boolean {
  return state === STATES.ready || state === STATES.dialling || isInTalk(state);
}

/** An event is told after the agent object has heard it, and perhaps the next: its own state is what it says. */
function stateOf(event: HeardEvent, { facts }: Desk): number {
  return event.type === "State" ? event.iParam : facts.agent.state;
}
