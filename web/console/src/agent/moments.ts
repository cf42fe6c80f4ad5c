/** What happened in the calls of this page, as far as pages of the business system open at it. Pure. */

import { type Facts, type HeardEvent, STATES, type Tags } from "icall-agent";

/** The events at which a page may be configured to open. */
export const POP_EVENTS = ["Ring", "Talk", "Hangup", "WrapUp"] as const;
export type PopEvent = (typeof POP_EVENTS)[number];

/** An event of a call, with everything known of the call by then; `nr` rises with each. */
export interface Moment {
  readonly nr: number;
  readonly event: PopEvent;
  readonly tags: Tags;
}

/** The calls' moments so far, the newest last; they are counted on even when they are forgotten. */
export interface Moments {
  readonly count: number;
  readonly list: readonly Moment[];
  /** The tags of the call that was heard of last; null before any. */
  readonly inHand: Tags | null;
}

export const NO_MOMENTS: Moments = { count: 0, list: [], inHand: null };

const MOST_REMEMBERED = 40;
const WRAP_UP_STARTS = 0;

/** Gives the moments after an event; `facts` are those after it. */
export function momentsAfter(moments: Moments, event: HeardEvent, facts: Facts): Moments {
  switch (event.type) {
    case "Snapshot":
      return caughtUp(moments, facts);
    case "Ring":
    case "Talk":
    case "Hangup":
      return happened(inCall(moments, event), event.type);
    case "Progress":
    case "Data":
      return inCall(moments, event);
    case "WrapUp":
      return event.iParam === WRAP_UP_STARTS ? happened(moments, "WrapUp") : moments;
    case "Logout":
      return { ...NO_MOMENTS, count: moments.count };
    default:
      return moments;
  }
}

/** An event brings news of its call; Hangup has few tags of its own, and those of before stay true. */
function inCall(moments: Moments, { callId, tags }: HeardEvent): Moments {
  return { ...moments, inHand: { ...ofCall(moments, callId), ...tags, CALLID: callId } };
}

function ofCall({ inHand }: Moments, callId: string): Tags {
  return inHand?.["CALLID"] === callId ? inHand : {};
}

/** Once for each call; only Ring comes again, when the call is offered again. */
function happened(moments: Moments, event: PopEvent): Moments {
  const tags = moments.inHand;
  if (!tags || (event !== "Ring" && knows(moments, event, tags))) {
    return moments;
  }
  const nr = moments.count + 1;
  return { ...moments, count: nr, list: [...moments.list, { nr, event, tags }].slice(-MOST_REMEMBERED) };
}

function knows({ list }: Moments, event: PopEvent, tags: Tags): boolean {
  return list.some((moment) => moment.event === event && moment.tags["CALLID"] === tags["CALLID"]);
}

/** What a snapshot shows has happened, though this page did not hear it. */
function caughtUp(moments: Moments, { agent, call }: Facts): Moments {
  const left = call?.callId === moments.inHand?.["CALLID"] ? moments : happened(moments, "Hangup");
  if (!call) {
    return left;
  }
  const tags = { ...ofCall(left, call.callId), ...call.tags, CALLID: call.callId };
  const missed: PopEvent[] = [
    ...(call.direction === "inbound" ? (["Ring"] as const) : []),
    ...(call.talkSince === null ? [] : (["Talk"] as const)),
    ...(call.state === "ended" ? (["Hangup"] as const) : []),
    ...(agent.state === STATES.wrapUp ? (["WrapUp"] as const) : []),
  ];
  return missed.filter((event) => !knows(left, event, tags)).reduce(happened, { ...left, inHand: tags });
}
