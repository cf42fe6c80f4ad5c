/** The agent and their call as this page knows them: a snapshot, and every event since, in the server's own form. */

import { STATES } from "./constants.js";
import type { AgentEvent, AgentFacts, CallFacts, Facts, Member } from "./frames.js";

/** Nobody is signed in. */
export const NOBODY: Facts = {
  agent: {
    agentId: "",
    state: STATES.signedOut,
    reason: "",
    since: 0,
    pending: "",
    device: "",
    offer: "",
    wrapUpUntil: 0,
  },
  call: null,
};

/** States in which the agent has a call, or still writes one up. */
const WITH_CALL: readonly number[] = [
  STATES.reserved,
  STATES.ringing,
  STATES.dialling,
  STATES.talking,
  STATES.wrapUp,
  STATES.holding,
  STATES.consulting,
  STATES.conference,
  STATES.monitoring,
  STATES.disconnected,
];

const WRAP_UP_ENDED = 2;

type Change = (facts: Facts, event: AgentEvent) => Facts;

/** Gives the facts after an event; an event that changes none gives them as they were. */
export function after(facts: Facts, event: AgentEvent): Facts {
  return withMembers(CHANGES[event.type]?.(facts, event) ?? facts, event);
}

const CHANGES: Partial<Record<string, Change>> = {
  State: changedState,
  Ring: (facts, event) => ({
    agent: { ...facts.agent, offer: text(event.data["offer"]) },
    call: { ...newCall(event), state: "offered", deadline: number(event.data["deadline"]) },
  }),
  Talk: talked,
  Progress: (facts, event) => ({
    ...facts,
    call: { ...known(facts, event), state: "dialling", tags: event.tags },
  }),
  Record: recorded,
  Data: (facts, event) => withCall(facts, event, { tags: changedTags(facts.call?.tags ?? {}, event) }),
  Hangup: (facts, event) => ({
    ...withCall(facts, event, {
      state: "ended",
      recording: "stopped",
      held: false,
      heldSince: null,
      deadline: null,
      members: [],
    }),
    agent: { ...facts.agent, offer: "" },
  }),
  WrapUp: (facts, event) => withAgent(facts, { wrapUpUntil: wrapUpUntil(facts, event) }),
  Login: (facts, event) => withAgent(facts, { device: event.tags["DEVICE"] ?? "" }),
  Logout: (facts) => ({ agent: { ...facts.agent, state: STATES.signedOut, wrapUpUntil: 0 }, call: null }),
};

function changedState(facts: Facts, event: AgentEvent): Facts {
  const agent = {
    ...facts.agent,
    state: event.iParam,
    reason: event.tags["REASON"] ?? "",
    pending: event.tags["PENDING"] ?? "",
    since: Number(event.tags["SINCE"] ?? event.at),
  };
  if (!WITH_CALL.includes(event.iParam)) {
    return { agent: { ...agent, offer: "", wrapUpUntil: 0 }, call: null };
  }
  return { agent, call: facts.call && callInState(facts.call, agent, event) };
}

function callInState(call: CallFacts, { agentId, state }: AgentFacts, { tags }: AgentEvent): CallFacts {
  if (tags["LEG"] === "lost") {
    return { ...call, state: "recovering", members: call.members.filter(({ who }) => who !== agentId) };
  }
  const muted = tags["MUTED"] === "1";
  const members = call.members.map((each) => ("MUTED" in tags && each.leg === tags["LEG"] ? { ...each, muted } : each));
  return { ...call, members, state: state === STATES.reserved ? "flow" : call.state };
}

function talked(facts: Facts, event: AgentEvent): Facts {
  const before = known(facts, event);
  return {
    agent: { ...facts.agent, offer: "" },
    call: {
      ...before,
      state: "talking",
      talkSince: number(event.data["talkSince"]) ?? event.at,
      vocId: event.tags["VOCID"] ?? "",
      // That it is recorded is told right after.
      recording: "stopped",
      deadline: null,
      tags: event.tags,
    },
  };
}

/** What iParam of Record says of a recording that runs; that a file is ready changes nothing. */
const RECORDING: Readonly<Record<number, CallFacts["recording"]>> = { 0: "stopped", 1: "on", 2: "paused", 3: "on" };

function recorded(facts: Facts, event: AgentEvent): Facts {
  const recording = RECORDING[event.iParam];
  const vocId = event.tags["VOCID"] ?? "";
  return recording && facts.call
    ? withCall(facts, event, { recording, vocId, tags: { ...facts.call.tags, VOCID: vocId } })
    : facts;
}

function changedTags(tags: CallFacts["tags"], event: AgentEvent): CallFacts["tags"] {
  const { removed } = event.data;
  const gone = Array.isArray(removed) ? removed : [];
  return { ...Object.fromEntries(Object.entries(tags).filter(([name]) => !gone.includes(name))), ...event.tags };
}

/** An event brings the members whenever it changes them; who is on hold follows from them. */
function withMembers(facts: Facts, event: AgentEvent): Facts {
  const { members } = event.data;
  const { agentId } = facts.agent;
  if (!Array.isArray(members)) {
    return facts;
  }
  return withCall(facts, event, { members, ...holdOf(members as Member[], agentId, facts.call?.state) });
}

/** The agent's call is on hold when it is theirs, and everybody whom they do not consult is. */
function holdOf(members: readonly Member[], agentId: string, state = ""): Pick<CallFacts, "held" | "heldSince"> {
  const theirs = state === "recovering" || members.some(({ owner, who }) => owner && who === agentId);
  const others = members.filter(({ role, who }) => role !== "consulted" && role !== "supervisor" && who !== agentId);
  const there = others.filter((each) => each.held || each.state === "connected");
  const held = theirs && there.length > 0 && there.every((each) => each.held);
  return { held, heldSince: held ? Math.max(...there.map(({ since }) => since)) : null };
}

function wrapUpUntil(facts: Facts, event: AgentEvent): number {
  return event.iParam === WRAP_UP_ENDED ? 0 : Number(event.tags["DEADLINE"] ?? facts.agent.wrapUpUntil);
}

function withAgent(facts: Facts, changes: Partial<AgentFacts>): Facts {
  return { ...facts, agent: { ...facts.agent, ...changes } };
}

function withCall(facts: Facts, event: AgentEvent, changes: Partial<CallFacts>): Facts {
  return facts.call?.callId === event.callId ? { ...facts, call: { ...facts.call, ...changes } } : facts;
}

function known(facts: Facts, event: AgentEvent): CallFacts {
  return facts.call?.callId === event.callId ? facts.call : newCall(event);
}

function newCall(event: AgentEvent): CallFacts {
  return {
    callId: event.callId,
    state: "",
    direction: text(event.data["direction"]) || (event.tags["TTYPE"] === "1" ? "outbound" : "inbound"),
    startedAt: number(event.data["startedAt"]) ?? event.at,
    talkSince: null,
    vocId: "",
    recording: "stopped",
    held: false,
    heldSince: null,
    deadline: null,
    tags: event.tags,
    members: [],
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
