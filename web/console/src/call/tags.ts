/** What was collected of a call, in words. */

import type { Tags } from "icall-agent";

import type { Configuration } from "../agent/configuration.js";
import { keyOf, type Language, type Say, titled } from "../texts/texts.js";

/** One fact: its name and value as an agent reads them. */
export interface Fact {
  readonly tag: string;
  readonly name: string;
  readonly value: string;
  /** True for what this caller brought along; false for what the system says of every call. */
  readonly own: boolean;
}

/** Shown elsewhere in the panel, or of no use to a person. */
const NOT_SHOWN: readonly string[] = ["CALLERID", "CALLID", "VOCID"];

const SYSTEM: readonly string[] = ["CALLEDID", "TTYPE", "QUEUE", "QWAIT", "FLOW", "LANG", "PRIORITY", "FROMAGENT"];

const OUTBOUND = "1";

/** Gives the facts of a call, the caller's own first. */
export function factsOf(tags: Tags, say: Say, language: Language, centre: Configuration | undefined): Fact[] {
  const facts = Object.entries(tags)
    .filter(([tag, value]) => !NOT_SHOWN.includes(tag) && value !== "")
    .map(([tag, value]) => ({
      tag,
      name: nameOf(tag, say),
      value: valueOf(tag, value, say, language, centre),
      own: !SYSTEM.includes(tag),
    }));
  return [...facts.filter(({ own }) => own), ...facts.filter(({ own }) => !own)];
}

/** Gives the customer's number, or that it is withheld. */
export function customerNumber(tags: Tags | undefined, say: Say): string {
  const number = tags?.["CALLERID"] ?? "";
  return number === "" ? say("call.unknownNumber") : number;
}

/** Tells whether the customer called: only then there was somebody to be asked before the call. */
export function isInbound(tags: Tags): boolean {
  return tags["TTYPE"] !== OUTBOUND;
}

function nameOf(tag: string, say: Say): string {
  const key = keyOf("tag", tag);
  return key ? say(key) : tag;
}

function valueOf(tag: string, value: string, say: Say, language: Language, centre?: Configuration): string {
  switch (tag) {
    case "TTYPE":
      return worded("ttype", value, say);
    case "LANG":
      return worded("lang", value, say);
    case "QUEUE":
      return titled(centre?.queues.find(({ name }) => name === value)?.title, language, value);
    case "QWAIT":
      return say("time.seconds", { seconds: value });
    default:
      return value;
  }
}

function worded(group: string, value: string, say: Say): string {
  const key = keyOf(group, value);
  return key ? say(key) : value;
}
