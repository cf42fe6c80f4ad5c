/** The frames of protocol icall.v1, as they travel. */

import type { EventName } from "./constants.js";
import type { Tags } from "./tags.js";

/** Where a page stands in its agent's events: `seq` is dense within `epoch`, which counts sign-ins. */
export interface Position {
  readonly epoch: number;
  readonly seq: number;
}

/** What a handler gets as `e`: the native event. */
export interface AgentEvent {
  readonly type: EventName;
  readonly epoch: number;
  readonly seq: number;
  readonly id: string;
  /** In ms since 1970, by the server's clock. */
  readonly at: number;
  readonly callId: string;
  readonly sliceNo: number;
  readonly iParam: number;
  readonly tags: Tags;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The agent as a snapshot has them; times in ms since 1970. */
export interface AgentFacts {
  readonly agentId: string;
  readonly state: number;
  readonly reason: string;
  readonly since: number;
  readonly pending: string;
  readonly device: string;
  readonly offer: string;
  readonly wrapUpUntil: number;
}

/** Somebody in a call, or being rung for it; `since` in ms since 1970. */
export interface Member {
  /** Names them in hold, retrieve, mute and letGo. */
  readonly leg: string;
  /** A supervisor is shown only to whom may know of one. */
  readonly role: "customer" | "agent" | "consulted" | "outside" | "supervisor";
  /** An AgentID, or a number. */
  readonly who: string;
  /** Whether the call is theirs. */
  readonly owner: boolean;
  readonly state: "dialling" | "ringing" | "connected" | "held";
  readonly held: boolean;
  readonly muted: boolean;
  readonly since: number;
}

/** The agent's call as a snapshot has it; times in ms since 1970. */
export interface CallFacts {
  readonly callId: string;
  /** "offered" while it rings here, "dialling", "talking", "recovering" while the agent's telephone is away, "flow" while the customer is in one, "ended". */
  readonly state: string;
  /** "inbound", "outbound" or "internal". */
  readonly direction: string;
  readonly startedAt: number;
  readonly talkSince: number | null;
  /** Names the talk's recording; "" where there is none. */
  readonly vocId: string;
  /** What becomes of what is said now: it is recorded, or not for a while, or not at all. */
  readonly recording: "on" | "paused" | "stopped";
  readonly held: boolean;
  /** Since when everybody the agent talks with is on hold; null while they are not. */
  readonly heldSince: number | null;
  readonly deadline: number | null;
  readonly tags: Tags;
  /** Everybody who is in the call now, or is being rung for it, in the order in which they came. */
  readonly members: readonly Member[];
}

/** The whole state. */
export interface Facts {
  readonly agent: AgentFacts;
  readonly call: CallFacts | null;
}

/** The whole state with its position. */
export interface SnapshotFrame extends Position {
  readonly type: "Snapshot";
  readonly at: number;
  readonly sliceNo: number;
  readonly iParam: number;
  readonly data: Facts;
}

/** Every event missed. */
export interface ResumeFrame extends Position {
  readonly type: "resume";
  readonly events: readonly AgentEvent[];
}

/** The newest position, in answer to a sign of life. */
export interface HeartbeatFrame extends Position {
  readonly type: "heartbeat";
}

/** Closes a request. */
export interface ResultFrame {
  readonly type: "ActionResult";
  readonly iParam: number;
  readonly callId: string;
  readonly tags: Tags;
}

/** Something the server could not do with a frame of ours. */
export interface ErrorFrame {
  readonly type: "Error";
  readonly iParam: number;
  readonly tags: Tags;
}

/** The server closes the socket, and says why: API Gateway can send no close code of ours. */
export interface CloseFrame {
  readonly type: "close";
  readonly code: number;
  readonly reason: string;
}

/** Every frame that a page may get. */
export type Frame = AgentEvent | SnapshotFrame | ResumeFrame | HeartbeatFrame | ResultFrame | ErrorFrame | CloseFrame;

/** Who asks for a socket, or says hello. */
export interface Greeting {
  /** How the page calls itself: by a name that outlives a reload and is shared by the tabs of one browser. */
  readonly page: string;
  /** It had the agent before: it takes them from no other browser's page that took over since. */
  readonly again: boolean;
}

/** A page's first word on a socket, and its question after a gap. */
export interface HelloFrame extends Greeting {
  readonly type: "hello";
  readonly epoch: number;
  readonly lastSeq: number;
}

/** A page's sign of life. */
export interface HeartbeatQuestion {
  readonly type: "heartbeat";
  readonly page: string;
  readonly agentId: string;
}

/** An action. */
export interface ActionFrame {
  readonly type: "action";
  readonly requestId: string;
  readonly act: number;
  readonly iParam: number;
  readonly sParam: string;
}

/** A supervisor's control of the agent at seat `target`. */
export interface ControlFrame {
  readonly type: "control";
  readonly requestId: string;
  readonly target: number;
  readonly control: number;
}

/** What a page asks for. */
export type RequestFrame = ActionFrame | ControlFrame;

/** Reads a frame; undefined for what is none (API Gateway's own error messages have no type). */
export function readFrame(text: string): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === "object" && frame !== null && "type" in frame ? (frame as Frame) : undefined;
  } catch {
    return undefined;
  }
}

/** Tells whether a frame is one of the agent's numbered events. */
export function isEvent(frame: Frame): frame is AgentEvent {
  return "id" in frame && "seq" in frame;
}
