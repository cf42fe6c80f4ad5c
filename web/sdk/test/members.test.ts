import { describe, expect, it } from "vitest";
import type { Member } from "../src/frames.js";
import { heardBy, signedIn } from "./fakes/stage.js";

type Told = Pick<Member, "leg" | "role" | "who"> & Partial<Member>;

function member(told: Told): Member {
  return { owner: false, state: "connected", held: false, muted: false, since: 1, ...told };
}

const CUSTOMER = member({ leg: "customer", role: "customer", who: "83366857" });
const HELD = member({ leg: "customer", role: "customer", who: "83366857", state: "held", held: true, since: 9 });
const OWN = member({ leg: "c1-1", role: "agent", who: "100", owner: true });
const THIRD = member({ leg: "c1-2", role: "consulted", who: "200", state: "ringing" });

/** An agent who talks with a customer. */
async function talking() {
  const set = await signedIn();
  set.centre.talks("talking", [CUSTOMER, OWN]);
  set.centre.tells("Talk", 1, { CALLERID: "83366857" }, "c1", { members: [CUSTOMER, OWN], talkSince: 5 });
  await set.time.pass(50);
  // The page is a new one: what it knows is a snapshot's, with the agent's own number.
  const page = set.browser.tab({ share: false });
  void page.login("100", "right");
  await set.time.pass(100);
  return { ...set, agent: page, heard: heardBy(page) };
}

describe("who is in the call", () => {
  it("is told with every event, and kept", async () => {
    const { time, centre, agent, heard } = await talking();
    centre.tells("State", 12, { STATE: "12" });
    centre.tells("Consult", 2, { TO: "200", RESULT: "ringing" }, "c1", { members: [HELD, OWN, THIRD] });
    await time.pass(50);
    expect(agent.currentCall).toMatchObject({ state: "talking", held: true, heldSince: 9 });
    expect(agent.currentCall?.members.map(({ who, role, held }) => [who, role, held])).toEqual([
      ["83366857", "customer", true],
      ["100", "agent", false],
      ["200", "consulted", false],
    ]);
    expect(heard.find(({ type }) => type === "Consult")?.call?.members).toEqual([HELD, OWN, THIRD]);
  });

  it("follows swaps, conferences and leaving", async () => {
    const { time, centre, agent } = await talking();
    const third = { ...THIRD, state: "held", held: true } as const;
    centre.tells("Retrieve", 0, {}, "c1", { members: [CUSTOMER, OWN, third] });
    await time.pass(50);
    expect(agent.currentCall).toMatchObject({ held: false, heldSince: null });
    const joined = { ...THIRD, role: "agent", state: "connected" } as const;
    centre.tells("State", 13, { STATE: "13" });
    centre.tells("Conference", 0, {}, "c1", { members: [CUSTOMER, OWN, joined] });
    await time.pass(50);
    expect([agent.state, agent.currentCall?.members]).toEqual([13, [CUSTOMER, OWN, joined]]);
    centre.tells("Transfer", 2, { TO: "200", RESULT: "done" });
    centre.tells("Hangup", 5, {});
    centre.tells("State", 6, { STATE: "6" });
    await time.pass(50);
    expect(agent.currentCall).toMatchObject({ state: "ended", members: [] });
  });

  it("is not on hold for who is asked, nor when one of several is held", async () => {
    const { time, centre, agent } = await talking();
    const colleague = member({ leg: "c1-2", role: "agent", who: "200" });
    centre.tells("Hold", 0, { LEG: "customer" }, "c1", { members: [HELD, OWN, colleague] });
    await time.pass(50);
    expect(agent.currentCall?.held).toBe(false);
    const others = [HELD, { ...colleague, owner: true }, { ...OWN, role: "consulted", owner: false }];
    centre.tells("Hold", 0, {}, "c1", { members: others });
    await time.pass(50);
    expect(agent.currentCall?.held).toBe(false);
  });

  it("is reserved while the customer is in a flow, until they talk again", async () => {
    const { time, centre, agent } = await talking();
    centre.tells("State", 2, { STATE: "2" });
    await time.pass(50);
    expect([agent.state, agent.currentCall?.state]).toEqual([2, "flow"]);
    centre.tells("Talk", 1, { AUTHRESULT: "ok" }, "c1", { members: [CUSTOMER, OWN], talkSince: 5 });
    await time.pass(50);
    expect(agent.currentCall).toMatchObject({ state: "talking", talkSince: 5, tags: { AUTHRESULT: "ok" } });
  });

  it("has tags that others changed, and loses those that were replaced", async () => {
    const { time, centre, agent } = await talking();
    centre.tells("Data", 0, { A: "1", B: "2" }, "c1", { removed: [] });
    centre.tells("Data", 0, { B: "3" }, "c1", { removed: ["A"] });
    await time.pass(50);
    expect(agent.currentCall?.tags).toEqual({ B: "3" });
  });
});
