/** Which pages of the business system belong to a moment of a call, and where they are. */

import type { Tags } from "icall-agent";

import type { ScreenPop } from "../agent/configuration.js";

/** A page to be opened; `href` is empty where the address is none that a browser should open. */
export interface Page {
  readonly id: string;
  readonly name: string;
  /** The number of the customer whose call it belongs to; "" where it is withheld. */
  readonly customer: string;
  readonly href: string;
  /** True where it is of the console's own origin, and finds the agent object at `window.top`. */
  readonly atHome: boolean;
}

/** Gives the pages of an event of a call; `base` is the console's own address. */
export function pagesAt(event: string, tags: Tags, pops: readonly ScreenPop[], base: string): Page[] {
  return pops.filter((pop) => pop.event === event && servesQueue(pop, tags)).map((pop) => pageOf(pop, tags, base));
}

/** Fills an address template; whatever a caller keyed in is percent-encoded, and a tag that is not there is empty. */
export function filled(template: string, tags: Tags): string {
  return template.replace(/\{([A-Za-z][A-Za-z0-9_]*)\}/g, (_, name: string) => encodeURIComponent(tags[name] ?? ""));
}

function servesQueue({ queue }: ScreenPop, tags: Tags): boolean {
  return !queue || queue === tags["QUEUE"];
}

function pageOf(pop: ScreenPop, tags: Tags, base: string): Page {
  const address = URL.parse(filled(pop.url, tags), base);
  const opens = address?.protocol === "http:" || address?.protocol === "https:";
  return {
    id: `${pop.name}:${tags["CALLID"] ?? ""}`,
    name: pop.name,
    customer: tags["CALLERID"] ?? "",
    href: opens ? address.href : "",
    atHome: opens && address.origin === new URL(base).origin,
  };
}
