import { expect, test } from "vitest";

import type { Configuration, ScreenPop } from "../src/agent/configuration.js";
import { clockOf, secondsUntil } from "../src/call/clock.js";
import { filled, pagesAt } from "../src/call/screenPops.js";
import { customerNumber, factsOf } from "../src/call/tags.js";
import { sayIn } from "../src/texts/texts.js";

const BASE = "https://desk.example/console/";
const SAY = sayIn("en-US");
const CENTRE: Configuration = {
  centre: "Shunda",
  languages: [],
  me: { agentId: "100", name: "张三", roles: [], sliceNo: 1 },
  reasons: [],
  dispositions: [],
  queues: [{ name: "service", title: { "en-US": "Customer service" } }],
  screenPops: [],
};

const pop = (url: string, more: Partial<ScreenPop> = {}): ScreenPop => ({
  name: "work-order",
  event: "Ring",
  url,
  queue: null,
  ...more,
});

test.each([
  [0, "0:00"],
  [-5000, "0:00"],
  [65_400, "1:05"],
  [3_723_000, "1:02:03"],
])("%d ms are shown as %s", (ms, shown) => {
  expect(clockOf(ms)).toBe(shown);
});

test("a deadline is counted down in whole seconds, and never below none", () => {
  expect([secondsUntil(10_000, 8_100), secondsUntil(10_000, 12_000)]).toEqual([2, 0]);
});

test("what the caller told stands first, in words, and ids that mean nothing to people are left out", () => {
  const tags = {
    CALLERID: "83366857",
    TTYPE: "2",
    CALLID: "c1",
    QUEUE: "service",
    QWAIT: "7",
    WAYBILL: "6012",
    Mood: "ok",
  };
  const facts = factsOf(tags, SAY, "en-US", CENTRE).map(({ name, value }) => `${name}=${value}`);
  expect(facts).toEqual(["Waybill=6012", "Mood=ok", "Kind=Inbound", "Queue=Customer service", "Waited=7 s"]);
});

test("a number that is withheld is said to be", () => {
  expect([customerNumber({ CALLERID: "" }, SAY), customerNumber(undefined, SAY)]).toEqual(
    Array(2).fill("Number withheld"),
  );
});

test("an address is filled from the tags, percent-encoded; what is not known is empty", () => {
  expect(filled("https://crm/{WAYBILL}?p={CALLERID}&q={NONE}", { CALLERID: "1&x=/../", WAYBILL: "a b" })).toBe(
    "https://crm/a%20b?p=1%26x%3D%2F..%2F&q=",
  );
});

test("a page opens at its event and for its queue alone", () => {
  const pops = [pop("https://crm.example/a", { queue: "vip" }), pop("https://crm.example/b", { event: "Talk" })];
  expect(pagesAt("Ring", { QUEUE: "service", CALLID: "c1" }, pops, BASE)).toEqual([]);
  expect(pagesAt("Ring", { QUEUE: "vip", CALLID: "c1" }, pops, BASE).map(({ href }) => href)).toEqual([
    "https://crm.example/a",
  ]);
});

test("a page of this origin is at home, one of another is not, and a script is no page", () => {
  const opened = ["https://desk.example/business/", "https://crm.example/", "javascript:alert(1)", "http://["].map(
    (url) => pagesAt("Ring", {}, [pop(url)], BASE)[0],
  );
  expect(opened.map((page) => [page?.href, page?.atHome])).toEqual([
    ["https://desk.example/business/", true],
    ["https://crm.example/", false],
    ["", false],
    ["", false],
  ]);
});
