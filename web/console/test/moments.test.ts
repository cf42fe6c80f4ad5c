import { type CallFacts, type Facts, type HeardEvent, STATES } from "icall-agent";
import { expect, test } from "vitest";

import type { ScreenPop } from "../src/agent/configuration.js";
import { type Moments, momentsAfter, NO_MOMENTS, POP_EVENTS } from "../src/agent/moments.js";
import { MOST_OPEN, NO_PAGES, type OpenPages, pagesAfter } from "../src/desk/openPages.js";

const BASE = "https://desk.example/console/";
const OWN = { CALLERID: "83366857", TTYPE: "2", QUEUE: "service", WAYBILL: "6012" };

const facts = (state: number, call: Partial<CallFacts> | null = null): Facts => ({
  agent: { agentId: "100", state, reason: "", since: 0, pending: "", device: "browser", offer: "", wrapUpUntil: 0 },
  call: call && {
    callId: "c1",
    state: "talking",
    direction: "inbound",
    startedAt: 0,
    talkSince: null,
    vocId: "",
    recording: "stopped",
    held: false,
    heldSince: null,
    deadline: null,
    tags: OWN,
    ...call,
  },
});

const event = (type: HeardEvent["type"], iParam = 1, tags: Record<string, string> = {}, callId = "c1"): HeardEvent => ({
  type,
  iParam,
  tags,
  seq: 1,
  epoch: 1,
  id: "",
  at: 0,
  callId,
  sliceNo: 1,
  data: {},
});

const ring = (callId = "c1"): HeardEvent => event("Ring", 1, OWN, callId);
const wrapUp = event("WrapUp", 0, { DEADLINE: "1" }, "");
const wholeCall = (callId = "c1"): HeardEvent[] => [
  ring(callId),
  event("Talk", 1, { ...OWN, VOCID: "v1" }, callId),
  event("Hangup", 2, { CALLERID: "83366857", CAUSE: "peer", TALKSEC: "95" }, callId),
  wrapUp,
];

function after(before: Moments, ...events: HeardEvent[]): Moments {
  return events.reduce((moments, next) => momentsAfter(moments, next, facts(STATES.ready)), before);
}

function snapshot(before: Moments, now: Facts): Moments {
  return momentsAfter(before, event("Snapshot", 1, {}, ""), now);
}

const told = ({ list }: Moments): string[] => list.map((moment) => `${moment.event} ${moment.tags["CALLID"] ?? ""}`);

const pop = (event: string, more: Partial<ScreenPop> = {}): ScreenPop => ({
  name: `at-${event}`,
  event,
  url: "https://crm.example/{WAYBILL}?cause={CAUSE}&voc={VOCID}",
  queue: null,
  ...more,
});

function opened(moments: Moments, pops: readonly ScreenPop[], before: OpenPages = NO_PAGES): OpenPages {
  return pagesAfter(before, { kind: "happened", moments, pops, base: BASE });
}

const names = ({ open }: OpenPages): string[] => open.map(({ id }) => id);

test.each(POP_EVENTS)("a page of %s opens once in a call, and again in the next", (name) => {
  const first = after(NO_MOMENTS, ...wholeCall("c1"));
  const pages = opened(first, [pop(name)]);
  expect(names(pages)).toEqual([`at-${name}:c1`]);
  expect(names(opened(after(first, wrapUp, ...wholeCall("c2")), [pop(name)], pages))).toEqual([
    `at-${name}:c1`,
    `at-${name}:c2`,
  ]);
});

test("what was collected before the call, and how it ended, fill the address of a page that opens at its end", () => {
  const pages = opened(after(NO_MOMENTS, ...wholeCall()), [pop("Hangup", { queue: "service" })]);
  expect(pages.open[0]?.href).toBe("https://crm.example/6012?cause=peer&voc=v1");
  expect(names(opened(after(NO_MOMENTS, ...wholeCall()), [pop("WrapUp", { queue: "vip" })]))).toEqual([]);
});

test("a call that was missed, and one that was only dialled, end too", () => {
  const missed = after(NO_MOMENTS, ring(), event("Hangup", 6, { CAUSE: "missed" }));
  expect(names(opened(missed, [pop("Ring"), pop("Hangup")]))).toEqual(["at-Ring:c1", "at-Hangup:c1"]);
  const dialled = after(NO_MOMENTS, event("Progress", 4, { CALLERID: "0208" }, "c9"), event("Hangup", 3, {}, "c9"));
  expect(told(dialled)).toEqual(["Hangup c9"]);
});

test("a call that is offered again brings its page to the front, and none of a second", () => {
  const first = after(NO_MOMENTS, ring("c1"), event("Hangup", 6), ring("c2"));
  const pages = opened(first, [pop("Ring")]);
  expect([names(pages), pages.active]).toEqual([["at-Ring:c1", "at-Ring:c2"], "at-Ring:c2"]);
  const again = opened(after(first, ring("c1")), [pop("Ring")], pages);
  expect([names(again), again.active]).toEqual([["at-Ring:c1", "at-Ring:c2"], "at-Ring:c1"]);
});

test("a page that the agent has closed does not come again in its call", () => {
  const moments = after(NO_MOMENTS, ring());
  const closed = pagesAfter(opened(moments, [pop("Ring")]), { kind: "close", id: "at-Ring:c1" });
  expect(names(opened(after(moments, ring()), [pop("Ring")], closed))).toEqual([]);
});

test("a page that is loaded in mid-call, or misses events, opens what has happened meanwhile", () => {
  const inWrapUp = facts(STATES.wrapUp, { state: "ended", talkSince: 5 });
  expect(told(snapshot(NO_MOMENTS, inWrapUp))).toEqual(["Ring c1", "Talk c1", "Hangup c1", "WrapUp c1"]);
  expect(told(snapshot(after(NO_MOMENTS, ring()), facts(STATES.ready)))).toEqual(["Ring c1", "Hangup c1"]);
  const heardAll = after(NO_MOMENTS, ...wholeCall());
  expect(snapshot(heardAll, inWrapUp).list).toHaveLength(4);
  expect(told(snapshot(NO_MOMENTS, facts(STATES.dialling, { direction: "outbound" })))).toEqual([]);
});

test("who is signed out and in again in mid-call gets no page twice", () => {
  const before = after(NO_MOMENTS, ring());
  const pages = opened(before, [pop("Ring")]);
  const back = snapshot(after(before, event("Logout", 4, {}, "")), facts(STATES.ringing, {}));
  expect(names(opened(back, [pop("Ring")], pages))).toEqual(["at-Ring:c1"]);
});

test("no page is closed to make room: the next ones wait until the agent closes one", () => {
  const calls = Array.from({ length: MOST_OPEN + 2 }, (_, nr) => `c${nr + 1}`);
  const full = opened(after(NO_MOMENTS, ...calls.map(ring)), [pop("Ring")]);
  expect(names(full)).toEqual(calls.slice(0, MOST_OPEN).map((call) => `at-Ring:${call}`));
  const next = pagesAfter(full, { kind: "close", id: "at-Ring:c3" });
  expect([names(next).at(-1), next.active]).toEqual([`at-Ring:c${MOST_OPEN + 1}`, `at-Ring:c${MOST_OPEN + 1}`]);
  expect(next.waiting).toHaveLength(1);
});

test("the pages keep their order whatever is shown, named or closed", () => {
  const pages = opened(after(NO_MOMENTS, ring("c1"), ring("c2"), ring("c3")), [pop("Ring")]);
  const shown = pagesAfter(pages, { kind: "show", id: "at-Ring:c1" });
  const named = pagesAfter(shown, { kind: "name", id: "at-Ring:c2", title: "Work order" });
  expect([names(named), named.open[1]?.title]).toEqual([names(pages), "Work order"]);
  const closed = pagesAfter(named, { kind: "close", id: "at-Ring:c1" });
  expect([names(closed), closed.active]).toEqual([["at-Ring:c2", "at-Ring:c3"], "at-Ring:c3"]);
});
