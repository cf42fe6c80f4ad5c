import { describe, expect, it } from "vitest";
import type { Agent } from "../src/agent.js";
import type { Member } from "../src/frames.js";
import type { Outcome } from "../src/requests.js";
import { FAIR } from "./fakes/centre.js";
import { FakeBrowser, memory } from "./fakes/browser.js";
import { FakeDevice } from "./fakes/device.js";
import { type Stage, stage } from "./fakes/stage.js";

/** An agent who talks, in a tab with this store, and may be muted. */
async function talking(muted: boolean) {
  const [set, device, store] = [stage(), new FakeDevice(), memory()];
  const agent = await signsIn(set, set.browser, device, store);
  set.centre.tells("Ring", 1, {});
  set.centre.tells("Talk", 1, {});
  set.centre.talks("talking");
  await set.time.pass(50);
  if (muted) {
    await does(set, agent.mute());
  }
  return { ...set, agent, device, store };
}

/** Lets the server answer. */
async function does(set: Stage, asked: Promise<Outcome>): Promise<Outcome> {
  await set.time.pass(50);
  return asked;
}

async function signsIn(set: Stage, browser: FakeBrowser, device: FakeDevice, store = memory()): Promise<Agent> {
  const agent = browser.tab({ device }, store);
  void agent.login("100", "right");
  await set.time.pass(100);
  return agent;
}

describe("a muted call", () => {
  it("is muted still when the page was loaded again, before its telephone picks up", async () => {
    const set = await talking(true);
    set.agent.dispose();
    set.centre.talks("recovering");
    const device = new FakeDevice();
    const reloaded = set.browser.tab({ device }, set.store);
    await set.time.pass(100);
    expect([reloaded.telephone.muted, device.mutes, device.answeredMuted]).toEqual([true, [true], [true]]);
    await does(set, reloaded.mute(false));
    expect([reloaded.telephone.muted, device.mutes]).toEqual([false, [true, false]]);
  });

  it("is muted still in another tab that takes over", async () => {
    const set = await talking(true);
    const device = new FakeDevice();
    const other = set.browser.tab({ device });
    await set.time.pass(50);
    other.takeOver();
    await set.time.pass(500);
    expect([other.role, other.telephone.muted, device.mutes]).toEqual(["owner", true, [true]]);
  });

  it("is muted still when the tab crashed and the agent signed in anew", async () => {
    const set = await talking(true);
    set.agent.dispose();
    const device = new FakeDevice();
    const again = await signsIn(set, set.browser, device);
    expect([again.telephone.muted, device.mutes]).toEqual([true, [true]]);
  });

  it("is muted still when the network was away and the telephone is rung again", async () => {
    const set = await talking(true);
    set.centre.cuts();
    await set.time.pass(2000);
    set.centre.tells("State", 5, { LEG: "lost" });
    await set.time.pass(100);
    expect([set.device.answeredMuted, set.agent.telephone.muted]).toEqual([[true], true]);
  });

  it("is not muted where the agent was heard before", async () => {
    const set = await talking(false);
    set.agent.dispose();
    set.centre.talks("recovering");
    const device = new FakeDevice();
    const reloaded = set.browser.tab({ device }, set.store);
    await set.time.pass(100);
    expect([reloaded.telephone.muted, device.mutes, device.answeredMuted]).toEqual([false, [true, false], [false]]);
  });

  it.each([true, false])("is muted in a second browser, which cannot know whether it was (%s)", async (muted) => {
    const set = await talking(muted);
    const device = new FakeDevice();
    const there = await signsIn(set, new FakeBrowser(set.time, set.centre, set.random, "other"), device);
    expect([there.telephone.muted, device.mutes]).toEqual([true, [true]]);
    await does(set, there.mute(false));
    set.agent.takeOver();
    await set.time.pass(500);
    expect([set.agent.connection.state, set.agent.telephone.muted]).toEqual(["connected", true]);
  });

  it("leaves nothing behind when it is over", async () => {
    const set = await talking(true);
    set.centre.tells("Hangup", 2, {});
    set.centre.tells("State", 1, {});
    await set.time.pass(50);
    expect(set.agent.telephone.muted).toBe(false);
    expect(set.browser.shared.getItem("icall:http://centre.example:mute:100")).toBeNull();
  });
});

/** Agent 100 with a customer, and whether the server has them muted. */
function members(muted: boolean): Member[] {
  const there = { state: "connected", held: false, since: 1 } as const;
  return [
    { leg: "customer", role: "customer", who: "83366857", owner: false, muted: false, ...there },
    { leg: "c1-1", role: "agent", who: "100", owner: true, muted, ...there },
  ];
}

describe("muting in a talk", () => {
  async function atWork() {
    const set = await talking(false);
    set.centre.tells("Talk", 1, {}, "c1", { members: members(false) });
    await set.time.pass(50);
    return set;
  }

  it("turns the microphone off at once, and tells the server", async () => {
    const { time, centre, agent, device } = await atWork();
    const asked = agent.mute();
    await Promise.resolve();
    expect(device.mutes.at(-1)).toBe(true);
    await time.pass(50);
    expect((await asked).ok).toBe(true);
    expect(centre.frames.at(-1)).toMatchObject({ act: 24, iParam: 1, sParam: "" });
  });

  it("is known to every tab by the server's word", async () => {
    const set = await atWork();
    const other = set.browser.tab();
    await set.time.pass(100);
    await does(set, set.agent.mute());
    set.centre.tells("State", 5, { MUTED: "1", LEG: "c1-1" });
    await set.time.pass(50);
    for (const agent of [set.agent, other]) {
      expect(agent.currentCall?.members.map(({ who, muted }) => [who, muted])).toEqual([
        ["83366857", false],
        ["100", true],
      ]);
    }
    expect(set.device.mutes.at(-1)).toBe(true);
  });

  it("follows the server when somebody else mutes the agent, or lets them be heard again", async () => {
    const { time, centre, agent, device } = await atWork();
    centre.tells("State", 5, { MUTED: "1", LEG: "c1-1", BY: "200" });
    await time.pass(50);
    expect([agent.telephone.muted, device.mutes.at(-1)]).toEqual([true, true]);
    centre.tells("State", 5, { MUTED: "0", LEG: "c1-1", BY: "200" });
    await time.pass(50);
    expect([agent.telephone.muted, device.mutes.at(-1)]).toEqual([false, false]);
  });

  it("is not undone by the server's word of what was asked before it", async () => {
    const set = await atWork();
    await does(set, set.agent.mute(true));
    set.centre.tells("State", 5, { MUTED: "1", LEG: "c1-1" });
    await set.time.pass(50);
    set.centre.weather = { ...FAIR, lose: 1 };
    void set.agent.mute(false);
    void set.agent.mute(true);
    await set.time.pass(1);
    const before = set.device.mutes.length;
    set.centre.weather = FAIR;
    set.centre.tells("State", 5, { MUTED: "0", LEG: "c1-1" });
    await set.time.pass(50);
    expect([set.agent.telephone.muted, set.device.mutes.slice(before)]).toEqual([true, []]);
  });

  it("that the server refuses leaves the microphone off", async () => {
    const set = await atWork();
    await does(set, set.agent.mute(true));
    set.centre.answers = () => -4;
    expect(await does(set, set.agent.mute(false))).toMatchObject({ ok: false, code: -4 });
    expect([set.agent.telephone.muted, set.device.mutes.at(-1)]).toEqual([true, true]);
  });

  it("of somebody else leaves this page's microphone alone", async () => {
    const set = await atWork();
    const before = [...set.device.mutes];
    await does(set, set.agent.mute(true, "customer"));
    expect(set.device.mutes).toEqual(before);
    expect(set.centre.frames.at(-1)).toMatchObject({ act: 24, iParam: 1, sParam: "customer" });
  });
});
