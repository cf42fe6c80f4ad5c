import { expect, test } from "vitest";

import { Keys } from "../src/call/keys.js";
import { troubleOf } from "../src/sound/microphone.js";

const ONE = [{ label: "" }];
const FINE = { secure: true, permission: "granted", microphones: ONE } as const;

test.each([
  ["refused", { ...FINE, permission: "denied" }],
  ["missing", { ...FINE, microphones: [] }],
  ["insecure", { ...FINE, secure: false, microphones: [] }],
  ["unasked", { ...FINE, permission: "prompt" }],
] as const)("a microphone that is %s is told before any call", (why, facts) => {
  expect(troubleOf(facts)).toBe(`microphone.trouble.${why}`);
});

test("a microphone that can be had is no trouble, also where the browser says little", () => {
  const visit = { ...FINE, permission: "prompt", microphones: [{ label: "Headset" }] } as const;
  const silent = { ...FINE, permission: undefined };
  expect([FINE, visit, silent].map(troubleOf)).toEqual([undefined, undefined, undefined]);
});

test("keys typed quickly go out in the order typed, never two requests at once", async () => {
  const [sent, answers]: [string[], (() => void)[]] = [[], []];
  const keys = new Keys((typed) => {
    sent.push(typed);
    return new Promise<void>((answered) => answers.push(answered));
  });
  ["1", "2", "3", "4"].forEach((key) => {
    keys.type(key);
  });
  expect(sent).toEqual(["1"]);
  answers[0]?.();
  await Promise.resolve();
  expect(sent).toEqual(["1", "234"]);
  answers[1]?.();
  await Promise.resolve();
  keys.type("#");
  await Promise.resolve();
  expect(sent).toEqual(["1", "234", "#"]);
});
