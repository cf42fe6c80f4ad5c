import { describe, expect, it } from "vitest";
import { after } from "../src/facts.js";
import { comparable, ROADS } from "./fakes/roads.js";

describe("the page's picture of agent and call", () => {
  it.each(ROADS.map((road, place) => [place, road] as const))(
    "equals the server's after every change of working day %i",
    (_place, [first, ...changes]) => {
      let facts = first!.facts;
      for (const change of changes) {
        facts = change.events.reduce(after, facts);
        const told = change.events.map(({ type, iParam }) => `${type} ${iParam}`).join(", ");
        expect(comparable(facts), `after ${told}`).toEqual(comparable(change.facts));
      }
    },
  );
});
