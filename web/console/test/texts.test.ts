import { RESULTS, STATES } from "icall-agent";
import { expect, test } from "vitest";

import { refusalInWords } from "../src/agent/refusals.js";
import { firstLanguage, keyOf, sayIn, TABLES, titled } from "../src/texts/texts.js";

const holes = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

test("both languages have the same texts, with the same places to fill in", () => {
  const [chinese, english] = [TABLES["zh-CN"], TABLES["en-US"]];
  expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
  for (const [key, text] of Object.entries(english)) {
    expect([key, holes(chinese[key as keyof typeof chinese])]).toEqual([key, holes(text)]);
    expect([key, chinese[key as keyof typeof chinese]]).not.toEqual([key, ""]);
  }
});

test.each(["zh-CN", "en-US"] as const)("every negative result has a sentence of its own in %s", (language) => {
  const codes = Object.values(RESULTS).filter((code) => code < 0);
  const sentences = codes.map((code) => refusalInWords("hold", code, sayIn(language)));
  expect(new Set(sentences).size).toBe(codes.length);
  expect(sentences.join()).not.toContain("-");
});

test("a result of a later server is told by its code", () => {
  expect(refusalInWords("hold", -77, sayIn("en-US"))).toContain("-77");
});

test("every state that an agent can be in has a name", () => {
  expect(Object.values(STATES).filter((code) => !keyOf("state", code))).toEqual([]);
});

test("a title that is not written in a language is given in another, or as the name", () => {
  expect(titled({ "zh-CN": "客服" }, "en-US", "service")).toBe("客服");
  expect(titled(undefined, "en-US", "service")).toBe("service");
});

test.each([
  ["en-US", ["zh-CN"], "en-US"],
  [null, ["zh-TW"], "zh-CN"],
  [null, ["de-DE", "zh-CN"], "en-US"],
  ["fr-FR", ["en-GB"], "en-US"],
] as const)("with %s chosen before and a browser in %s the page speaks %s", (kept, wished, language) => {
  expect(firstLanguage(kept, wished)).toBe(language);
});
