import { describe, expect, it } from "vitest";
import type { Agent } from "../src/agent.js";
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
    await agent.mute();
  }
  return { ...set, agent, device, store };
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
    await reloaded.mute(false);
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
    await there.mute(false);
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
