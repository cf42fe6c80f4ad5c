import { type CallFacts, type Facts, type HeardEvent, STATES } from "icall-agent";
import { expect, test } from "vitest";

import { after, type Desk, emptyDesk, type Reading } from "../src/agent/desk.js";
import { dismissed } from "../src/agent/notices.js";
import { sceneOf } from "../src/call/CallPanel.js";
import { lightWords } from "../src/desk/ConnectionLight.js";
import { deedOf } from "../src/desk/shortcuts.js";
import { shownSince, stateName } from "../src/desk/StateMenu.js";
import { sayIn } from "../src/texts/texts.js";

const SAY = sayIn("en-US");
const NOW = 1_000_000;

const facts = (state: number, call: Partial<CallFacts> | null = null, wrapUpUntil = 0): Facts => ({
  agent: {
    agentId: "100",
    state,
    reason: "",
    since: NOW,
    pending: "",
    device: "browser",
    offer: "",
    wrapUpUntil,
  },
  call: call && {
    callId: "c1",
    state: "talking",
    direction: "inbound",
    startedAt: NOW,
    talkSince: NOW,
    vocId: "",
    recording: "stopped",
    held: false,
    heldSince: null,
    deadline: null,
    tags: {},
    members: [],
    ...call,
  },
});

const TELEPHONE = { inUse: true, ready: true, muted: false };

const reading = (more: Partial<Reading> = {}): Reading => ({
  person: { agentId: "100", name: "张三", sliceNo: 1 },
  facts: facts(STATES.ready),
  connection: { state: "connected", reason: "none", retryMs: 0 },
  role: "owner",
  telephone: TELEPHONE,
  ...more,
});

const event = (type: HeardEvent["type"], iParam: number, tags: Record<string, string> = {}, seq = 1): HeardEvent => ({
  type,
  iParam,
  tags,
  seq,
  epoch: 1,
  id: "",
  at: NOW + 5000,
  callId: "c1",
  sliceNo: 1,
  data: {},
  call: null,
});

function heard(desk: Desk, ...events: HeardEvent[]): Desk {
  return events.reduce((before, next) => after(before, next, before, NOW), desk);
}

const words = (desk: Desk): string[] => desk.notices.map((notice) => notice.words(SAY));

test("the page's clocks go by the server's, which may be ahead", () => {
  expect(heard(emptyDesk(reading()), event("State", 1)).skew).toBe(5000);
});

test("a missed and a rejected call are told apart, and one that ended is not told at all", () => {
  const desk = emptyDesk(reading());
  const tags = { CALLERID: "83366857" };
  expect(words(heard(desk, event("Hangup", 6, tags)))[0]).toContain("missed a call from 83366857");
  expect(words(heard(desk, event("Hangup", 7, tags)))[0]).toContain("rejected a call from 83366857");
  expect(words(heard(desk, event("Hangup", 2, tags)))).toEqual([]);
});

test("an outside call that fails is told with its reason, one that gets on is shown", () => {
  const dialling = heard(emptyDesk(reading()), event("Progress", 1, { CALLERID: "02083366857" }));
  expect([dialling.progress, words(dialling)]).toEqual([1, []]);
  expect(words(heard(dialling, event("Progress", 4, { CALLERID: "02083366857" })))).toEqual([
    "Call to 02083366857: Busy.",
  ]);
});

test("what the server refuses is told by what was asked for, and can be dismissed", () => {
  const desk = heard(emptyDesk(reading()), event("ActionResult", -4, { ACT: "3" }));
  expect(words(desk)).toEqual(["Hold: this is not possible in your present state."]);
  expect(dismissed(desk, desk.notices[0]?.id ?? 0).notices).toEqual([]);
  expect(words(heard(emptyDesk(reading()), event("ActionResult", 0, { ACT: "3" })))).toEqual([]);
});

const MISSED = event("Hangup", 6, { CALLERID: "83366857" });
const PAUSED = event("State", STATES.paused, { STATE: "7", OLDSTATE: "3", REASON: "missed" });
const READY = event("State", STATES.ready, { STATE: "1", OLDSTATE: "7" });
const holding = ({ notices }: Desk): boolean[] => notices.map(({ holds }) => holds);

test("who missed a call is told that they are paused until they are not; that they missed it stays among the messages", () => {
  const paused = heard(emptyDesk(reading()), MISSED, PAUSED);
  expect(holding(paused)).toEqual([true]);
  expect(paused.notices[0]?.advice?.(SAY)).toBe("You are paused now: become ready when you can take calls.");
  const ready = heard(paused, READY);
  expect([holding(ready), words(ready)]).toEqual([[false], words(paused)]);
});

test.each([
  ["a telephone that was out of reach", event("State", 7, { STATE: "7", OLDSTATE: "1", REASON: "unreachable" }), READY],
  ["a number that was busy", event("Progress", 4, { CALLERID: "0208" }), { ...event("Ring", 1), callId: "c2" }],
  ["a refusal", event("ActionResult", -4, { ACT: "3" }), READY],
  ["a refusal", event("ActionResult", -4, { ACT: "3" }), event("ActionResult", 0, { ACT: "3" })],
  ["trouble with the sound", event("Error", 1, { MSG: "no microphone" }), event("Ring", 1)],
])("%s is not told any more after what ends it: $1.type", (_what, begins, ends) => {
  const told = heard(emptyDesk(reading()), begins);
  expect(holding(told)).toEqual([true]);
  expect(holding(heard(told, ends))).toEqual([false]);
});

test("what has nothing to do with it ends no notice", () => {
  const busy = heard(emptyDesk(reading()), event("Progress", 4, { CALLERID: "0208" }), event("Hangup", 3));
  expect(holding(heard(busy, READY))).toEqual([true]);
  const sound = heard(emptyDesk(reading()), event("Error", 1, { MSG: "no microphone" }), event("Talk", 1));
  expect(holding(sound)).toEqual([true]);
});

test("that there was no connection is not told any more when there is one", () => {
  const cutOff = reading(retrying(3000));
  const told = after(emptyDesk(cutOff), event("ActionResult", -10, { ACT: "3" }), cutOff, NOW);
  expect(holding(told)).toEqual([true]);
  expect(holding(after(told, event("Connection", 0, {}, 0), reading(), NOW))).toEqual([false]);
});

test("a telephone that is in order again is no trouble any more", () => {
  const off = reading({ telephone: { ...TELEPHONE, ready: false } });
  const told = after(emptyDesk(off), event("Error", 1, { MSG: "out of reach" }), off, NOW);
  expect(holding(told)).toEqual([true]);
  expect(holding(after(told, event("State", 1, { TELEPHONE: "ready" }), reading(), NOW))).toEqual([false]);
});

test("recording and keys belong to one call, and end with it", () => {
  const talking = heard(
    emptyDesk(reading()),
    event("Record", 1),
    event("Key", 1, { KEY: "5" }),
    event("Key", 1, { KEY: "#" }),
  );
  expect([talking.recording, talking.keysSent]).toEqual([true, "5#"]);
  const over = heard(talking, event("Hangup", 1));
  expect([over.recording, over.keysSent]).toEqual([false, ""]);
});

test("a page that is loaded in mid-call shows whether it is recorded now", () => {
  const shown = (recording: "on" | "paused" | "stopped"): boolean => {
    const loaded = reading({ facts: facts(STATES.talking, { vocId: "v1", recording }) });
    return after(emptyDesk(loaded), event("Snapshot", 1, {}, 0), loaded, NOW).recording;
  };
  expect([shown("on"), shown("paused"), shown("stopped")]).toEqual([true, false, false]);
});

test("how a call ended stays known until the next one", () => {
  const over = heard(emptyDesk(reading()), event("Hangup", 2, { TALKSEC: "75" }), event("State", 6));
  expect(over.ended).toEqual({ how: 2, talkSeconds: 75 });
  expect(heard(over, event("Ring", 1)).ended).toBeNull();
});

test("a connection that is lost says since when and until which try, and forgets both when it is back", () => {
  const up = heard(emptyDesk(reading()), event("State", 1));
  const lost = after(up, event("Connection", 1, {}, 0), reading(retrying(3000)), NOW);
  expect([lost.cutOffSince, lightWords(lost, NOW, SAY)]).toEqual([NOW, "Connection lost, trying again in 3 s"]);
  expect(lightWords(lost, NOW + 4000, SAY)).toBe("Reconnecting…");
  const back = after(lost, event("Connection", 0, {}, 0), reading(), NOW + 4000);
  expect([back.cutOffSince, lightWords(back, NOW, SAY)]).toEqual([null, "Connected"]);
});

function retrying(retryMs: number): Partial<Reading> {
  return { connection: { state: "connecting", reason: "network", retryMs } };
}

test("an agent who did not sign out themself is told so", () => {
  const desk = emptyDesk(reading());
  expect(heard({ ...desk, leaving: true }, event("Logout", 0)).left).toBe("self");
  expect(heard(desk, event("Logout", 0)).left).toBe(0);
  expect(heard({ ...desk, leaving: true }, event("Logout", 4)).left).toBe(4);
});

test.each([
  [STATES.ready, "none"],
  [STATES.meal, "none"],
  [STATES.ringing, "ringing"],
  [STATES.dialling, "dialling"],
  [STATES.talking, "talking"],
  [STATES.holding, "talking"],
  [STATES.consulting, "talking"],
  [STATES.conference, "talking"],
  [STATES.reserved, "talking"],
  [STATES.monitoring, "talking"],
  [STATES.wrapUp, "wrapUp"],
] as const)("in state %d the panel shows %s", (state, scene) => {
  expect(sceneOf({ facts: facts(state) })).toBe(scene);
});

test("a key does only what the state allows", () => {
  const talking = { facts: facts(STATES.talking, {}), telephone: TELEPHONE };
  const held = { facts: facts(STATES.holding, { held: true }), telephone: { ...TELEPHONE, muted: true } };
  const ringing = { facts: facts(STATES.ringing, {}), telephone: TELEPHONE };
  expect(["F2", "F4", "F8", "F9"].map((key) => deedOf(key, talking, true))).toEqual([
    undefined,
    "hold",
    "hangUp",
    "mute",
  ]);
  expect(["F4", "F9"].map((key) => deedOf(key, held, true))).toEqual(["retrieve", "unmute"]);
  expect(["F2", "F4", "F8"].map((key) => deedOf(key, ringing, true))).toEqual(["answer", undefined, "hangUp"]);
  expect(deedOf("F9", talking, false)).toBeUndefined();
});

test("a call whose telephone was lost says so, and can be picked up again", () => {
  const lost = { facts: facts(STATES.talking, { state: "recovering" }), telephone: TELEPHONE };
  expect(sceneOf(lost)).toBe("recovering");
  expect(["F2", "F8"].map((key) => deedOf(key, lost, true))).toEqual(["answer", "hangUp"]);
});

test("the clock of a hold runs since the hold began, in a page that saw it begin and in one loaded since", () => {
  const held = facts(STATES.holding, { held: true, heldSince: NOW - 60_000 });
  expect(shownSince(held)).toBe(NOW - 60_000);
  expect(shownSince(facts(STATES.talking, {}))).toBe(NOW);
});

test("a state is named with its reason, but not twice", () => {
  const centre = {
    reasons: [
      { name: "meal", code: 2, title: { "en-US": "Meal" }, state: 16 },
      { name: "short-break", code: 1, title: { "en-US": "Short break" }, state: 7 },
    ],
  };
  const named = (state: number, reason: string): string =>
    stateName(state, reason, centre as unknown as Parameters<typeof stateName>[2], "en-US", SAY);
  expect([named(16, "meal"), named(7, "short-break"), named(7, "signed-in"), named(1, "")]).toEqual([
    "Meal",
    "Paused · Short break",
    "Paused · just signed in",
    "Ready",
  ]);
});
