/** The agent's desk as a value: what the page shows, after each event. Pure; the store keeps it. */

import {
  ACTIONS,
  type ConnectionState,
  type ConnectionStatus,
  type Facts,
  type HeardEvent,
  type Reason,
  type Role,
  STATES,
  type TelephoneFacts,
} from "icall-agent";

import { keyOf, type Say } from "../texts/texts.js";
import { type Moments, momentsAfter, NO_MOMENTS } from "./moments.js";
import { type News, type Notice, noticed, stillHolding, type Words } from "./notices.js";
import { type Asked, refusalInWords } from "./refusals.js";

/** Who is signed in. */
export interface Person {
  readonly agentId: string;
  readonly name: string;
  readonly sliceNo: number;
}

/** What the agent object says of itself. */
export interface Reading {
  readonly person: Person | undefined;
  readonly facts: Facts;
  readonly connection: ConnectionStatus;
  readonly role: Role;
  readonly telephone: TelephoneFacts;
}

/** Everything that the page shows; times in ms since 1970, by the server's clock. */
export interface Desk extends Reading {
  /** The server's clock is so many ms ahead of this one's. */
  readonly skew: number;
  /** Since when there has been no connection, by this page's clock; null while there is one. */
  readonly cutOffSince: number | null;
  /** When the next try to connect is due, by this page's clock; 0 where none is. */
  readonly retryAt: number;
  /** True once the first snapshot or event of this session has come. */
  readonly known: boolean;
  readonly progress: number | null;
  readonly recording: boolean;
  readonly keysSent: string;
  /** How the last call ended (iParam of Hangup) and how long they talked; null before, and in a page loaded since. */
  readonly ended: { readonly how: number; readonly talkSeconds: number } | null;
  readonly notices: readonly Notice[];
  /** What happened in the calls: pages of the business system open at it. */
  readonly moments: Moments;
  /** Rises whenever there may be news among the calls that are over. */
  readonly historyNews: number;
  /** True while the agent signs out in this page. */
  readonly leaving: boolean;
  /** Why nobody is signed in: by this page's own sign-out, or by a code of Logout; at first for no reason. */
  readonly left: "" | "self" | number;
}

const FILE_READY = 4;
const FAILED_PROGRESS = 4;
const MISSED = 6;
const REJECTED = 7;

/** How an agent is told of a call that they did not take. */
const NOT_TAKEN: Readonly<Record<number, Notice["tone"]>> = { [MISSED]: "warning", [REJECTED]: "info" };
const LOGGED_OUT_BY_SELF = 0;

const PAUSED: readonly number[] = [STATES.paused, STATES.rest, STATES.training, STATES.meeting, STATES.meal];

/** The states in which nothing rings, nothing is dialled and nobody talks. */
const AT_REST: readonly number[] = [STATES.signedOut, STATES.ready, STATES.wrapUp, STATES.disconnected, ...PAUSED];

const NO_CALL = { progress: null, recording: false, keysSent: "", ended: null } as const;

/** The desk before anything was heard. */
export function emptyDesk(reading: Reading): Desk {
  return {
    ...reading,
    ...NO_CALL,
    skew: 0,
    cutOffSince: null,
    retryAt: 0,
    known: false,
    notices: [],
    moments: NO_MOMENTS,
    historyNews: 0,
    leaving: false,
    left: "",
  };
}

/** True where the agent may sign out, or take up something else. */
export function isAtRest(state: number): boolean {
  return AT_REST.includes(state);
}

/** True where the agent has asked for no calls. */
export function isPaused(state: number): boolean {
  return PAUSED.includes(state);
}

/** Gives the desk after an event; `now` by this page's clock. */
export function after(desk: Desk, event: HeardEvent, reading: Reading, now: number): Desk {
  const read = { ...desk, ...reading, ...clockSkew(desk, event, now) };
  const known = { ...read, known: read.known || event.seq > 0 || event.type === "Snapshot" };
  const settled = { ...known, notices: stillHolding(desk, known, event) };
  const changed = CHANGES[event.type]?.(settled, event, now) ?? settled;
  return { ...changed, moments: momentsAfter(desk.moments, event, reading.facts) };
}

type Change = (desk: Desk, event: HeardEvent, now: number) => Desk;

const CHANGES: Partial<Record<HeardEvent["type"], Change>> = {
  Connection: (desk, _event, now) => connectionMoved(desk, now),
  Snapshot: (desk) => ({
    ...desk,
    recording: desk.facts.call?.recording === "on",
    historyNews: desk.historyNews + 1,
  }),
  Ring: (desk) => ({ ...desk, ...NO_CALL }),
  Progress: progressed,
  Talk: (desk) => ({ ...desk, progress: null }),
  Record: (desk, event) =>
    event.iParam === FILE_READY
      ? { ...desk, historyNews: desk.historyNews + 1 }
      : { ...desk, recording: event.iParam !== 0 && event.iParam !== 2 },
  Key: (desk, event) => (event.iParam === 1 ? { ...desk, keysSent: desk.keysSent + (event.tags["KEY"] ?? "") } : desk),
  Hangup: hungUp,
  WrapUp: (desk) => ({ ...desk, historyNews: desk.historyNews + 1 }),
  State: setAside,
  ActionResult: (desk, event, now) => (event.iParam < 0 ? refused(desk, event, now) : desk),
  Error: (desk, event, now) => noticed(desk, now, soundFailed(event.tags["MSG"] ?? "")),
  Login: (desk) => ({ ...desk, left: "" }),
  Logout: (desk, event) => ({
    ...emptyDesk(desk),
    notices: [],
    left: desk.leaving && event.iParam === LOGGED_OUT_BY_SELF ? "self" : event.iParam,
  }),
};

/** An event is told after it happened: the smallest difference ever seen is the nearest to the truth. */
function clockSkew(desk: Desk, event: HeardEvent, now: number): { readonly skew: number } {
  const numbered = event.seq > 0;
  const seen = event.at - now;
  return { skew: numbered && (!desk.known || seen > desk.skew) ? seen : desk.skew };
}

function connectionMoved(desk: Desk, now: number): Desk {
  const { state, retryMs } = desk.connection;
  const up = state === "connected";
  const lost = desk.known && !up;
  return {
    ...desk,
    cutOffSince: lost ? (desk.cutOffSince ?? now) : null,
    retryAt: state === "connecting" && retryMs > 0 ? now + retryMs : 0,
  };
}

function progressed(desk: Desk, event: HeardEvent, now: number): Desk {
  const moved = { ...desk, progress: event.iParam };
  if (event.iParam < FAILED_PROGRESS) {
    return moved;
  }
  const number = event.tags["CALLERID"] ?? "";
  const words: Words = (say) => {
    const key = keyOf("progress", event.iParam);
    return say("message.progress", { number, progress: key ? say(key) : "" });
  };
  return noticed(moved, now, { tone: "warning", words, until: "nextCall", callId: event.callId });
}

function hungUp(desk: Desk, event: HeardEvent, now: number): Desk {
  const ended = { how: event.iParam, talkSeconds: Number(event.tags["TALKSEC"] ?? 0) };
  const over = { ...desk, ...NO_CALL, ended, historyNews: desk.historyNews + 1 };
  const tone = NOT_TAKEN[event.iParam];
  if (!tone) {
    return over;
  }
  const number = event.tags["CALLERID"] ?? "";
  const words: Words = (say) => say(event.iParam === MISSED ? "message.missed" : "message.rejected", { number });
  return noticed(over, now, { tone, words, advice: setAsideNow, until: "takesCalls", callId: event.callId });
}

/** What the agent is told of trouble with the sound. */
export function soundFailed(message: string): News {
  return { tone: "error", words: (say) => say("message.deviceFailed", { message }), until: "telephoneReady" };
}

/** What the agent is told of a request that was refused. */
export function requestRefused(asked: Asked, code: number): News {
  return { tone: "error", words: (say) => refusalInWords(asked, code, say), until: "nextDeed" };
}

function setAsideNow(say: Say): string {
  return say("message.setAside");
}

function setAside(desk: Desk, event: HeardEvent, now: number): Desk {
  return event.tags["REASON"] === "unreachable" && event.tags["STATE"] !== event.tags["OLDSTATE"]
    ? noticed(desk, now, {
        tone: "warning",
        words: (say) => say("message.unreachable"),
        advice: (say) => say("message.checkTelephone"),
        until: "takesCalls",
      })
    : desk;
}

function refused(desk: Desk, event: HeardEvent, now: number): Desk {
  const asked = Object.entries(ACTIONS).find(([, code]) => String(code) === event.tags["ACT"])?.[0];
  const known = asked !== undefined && keyOf("action", asked) !== undefined;
  return known ? noticed(desk, now, requestRefused(asked as Asked, event.iParam)) : desk;
}

/** Tells whether another page has the agent now. */
export function isSuperseded({ state, reason }: ConnectionStatus): boolean {
  return state === "disconnected" && reason === "superseded";
}

/** What the connection's light shows. */
export function connectionWords(state: ConnectionState, reason: Reason, say: Say): string {
  const key = keyOf("connection.reason", reason);
  return state !== "connected" && key ? say(key) : "";
}
