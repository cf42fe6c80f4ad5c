/** Which pages of the business system are open, in the order in which they were opened: it never changes. Pure. */

import type { ScreenPop } from "../agent/configuration.js";
import type { Moments } from "../agent/moments.js";
import { type Page, pagesAt } from "../call/screenPops.js";

/** A page with the title that it gives itself. */
export interface OpenPage extends Page {
  readonly title: string;
}

export interface OpenPages {
  readonly open: readonly OpenPage[];
  /** Pages that come as soon as there is room. */
  readonly waiting: readonly OpenPage[];
  /** The page in front, or "". */
  readonly active: string;
  /** The moments up to this one have been dealt with. */
  readonly seen: number;
  /** Every page that there ever was: one that the agent closed does not come again. */
  readonly known: readonly string[];
}

export const NO_PAGES: OpenPages = { open: [], waiting: [], active: "", seen: 0, known: [] };

/** So many pages may be open: each is a whole application, and more tabs than these are not found again. */
export const MOST_OPEN = 12;

export type PageDeed =
  | {
      readonly kind: "happened";
      readonly moments: Moments;
      readonly pops: readonly ScreenPop[];
      /** The console's own address. */
      readonly base: string;
    }
  | { readonly kind: "show" | "close"; readonly id: string }
  | { readonly kind: "name"; readonly id: string; readonly title: string };

/** Gives the pages after a deed; nothing but `close` takes one away. */
export function pagesAfter(pages: OpenPages, deed: PageDeed): OpenPages {
  switch (deed.kind) {
    case "happened":
      return deed.moments.list
        .filter(({ nr }) => nr > pages.seen)
        .reduce(
          (before, { nr, event, tags }) => ({
            ...withPages(before, pagesAt(event, tags, deed.pops, deed.base)),
            seen: nr,
          }),
          pages,
        );
    case "show":
      return { ...pages, active: deed.id };
    case "close":
      return closed(pages, deed.id);
    case "name":
      return {
        ...pages,
        open: pages.open.map((page) => (page.id === deed.id ? { ...page, title: deed.title } : page)),
      };
  }
}

/** The first page of a moment comes to the front, new or already there. */
function withPages(pages: OpenPages, asked: readonly Page[]): OpenPages {
  const fresh = asked
    .filter(({ id }) => !pages.known.includes(id))
    .map((page): OpenPage => ({ ...page, title: page.name }));
  const room = MOST_OPEN - pages.open.length;
  const open = [...pages.open, ...fresh.slice(0, room)];
  const front = asked.find(({ id }) => open.some((page) => page.id === id));
  return {
    ...pages,
    open,
    waiting: [...pages.waiting, ...fresh.slice(room)],
    known: [...pages.known, ...fresh.map(({ id }) => id)],
    active: front?.id ?? pages.active,
  };
}

function closed(pages: OpenPages, id: string): OpenPages {
  const [next, ...waiting] = pages.waiting;
  const rest = pages.open.filter((page) => page.id !== id);
  const open = next ? [...rest, next] : rest;
  const active = next?.id ?? (pages.active === id ? (open.at(-1)?.id ?? "") : pages.active);
  return { ...pages, open, waiting, active };
}
