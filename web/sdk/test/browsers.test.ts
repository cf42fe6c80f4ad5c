import { describe, expect, it } from "vitest";
import type { Agent } from "../src/agent.js";
import { FakeBrowser, memory } from "./fakes/browser.js";
import { FakeDevice } from "./fakes/device.js";
import { heardBy, iParams, signedIn, type Stage, stage } from "./fakes/stage.js";

const MINUTE = 60_000;
const [ELSEWHERE, HERE] = ["disconnected superseded", "connected none"];

const at = ({ connection }: Agent): string => `${connection.state} ${connection.reason}`;
const counted = ({ centre }: Stage, path: string): number =>
  centre.asked.filter((asked) => asked.endsWith(path)).length;

/** Two browsers that both are signed in, the second one later. */
async function two() {
  const [first, second] = [new FakeDevice(), new FakeDevice()];
  const store = memory();
  const set = stage();
  const here = set.browser.tab({ device: first }, store);
  void here.login("100", "right");
  await set.time.pass(100);
  const otherBrowser = new FakeBrowser(set.time, set.centre, set.browser.random, "other");
  const there = otherBrowser.tab({ device: second });
  void there.login("100", "right");
  await set.time.pass(100);
  return { ...set, otherBrowser, here, there, first, second, store };
}

describe("two browsers of one agent", () => {
  it("do not fight: the newest has the agent, and the other says so and stays quiet", async () => {
    const { here, there, first, second, ...set } = await two();
    const [heard, won] = [heardBy(here), heardBy(there)];
    await set.time.pass(5 * MINUTE);
    expect([at(here), at(there)]).toEqual([ELSEWHERE, HERE]);
    expect([counted(set, "socket-tickets"), set.centre.sockets.size]).toEqual([2, 1]);
    expect([first.done.at(-1), second.done]).toEqual(["dispose", ["register 100"]]);
    set.centre.tells("Ring", 1, {});
    await set.time.pass(50);
    expect([iParams(heard, "Ring"), iParams(won, "Ring")]).toEqual([[], [1]]);
    expect(here.doAction(1)).toBe(-13);
  });

  it("do not fight when both sign in at the same moment", async () => {
    const set = stage();
    const agents = ["one", "other"].map((name) =>
      new FakeBrowser(set.time, set.centre, set.browser.random, name).tab({ device: new FakeDevice() }),
    );
    agents.forEach((agent) => void agent.login("100", "right"));
    await set.time.pass(5 * MINUTE);
    expect(agents.map(at).sort()).toEqual([HERE, ELSEWHERE]);
    expect(counted(set, "socket-tickets")).toBe(2);
  });

  it("stay as they are when the one that was left asks again: after a reload, in another tab, with a new session", async () => {
    const { here, there, first, store, browser, ...set } = await two();
    void here.login("100", "right");
    await set.time.pass(MINUTE);
    expect([at(here), at(there)]).toEqual([ELSEWHERE, HERE]);
    const tab = browser.tab({ device: new FakeDevice() });
    await set.time.pass(MINUTE);
    expect([at(tab), tab.role]).toEqual([ELSEWHERE, "mirror"]);
    here.dispose();
    await set.time.pass(MINUTE);
    expect([at(tab), tab.role]).toEqual([ELSEWHERE, "owner"]);
    tab.dispose();
    const registered = first.done.length;
    const reloaded = browser.tab({ device: first }, store);
    await set.time.pass(MINUTE);
    expect([at(reloaded), at(there)]).toEqual([ELSEWHERE, HERE]);
    expect(first.done).toHaveLength(registered);
    expect(set.centre.sockets.size).toBe(1);
  });

  it("stay as they are when both come back at the same moment, also when one of them slept through it all", async () => {
    const { here, there, first, second, ...set } = await two();
    there.takeOver();
    here.takeOver();
    await set.time.pass(100);
    set.centre.weather = { ...set.centre.weather, httpFails: 1 };
    set.centre.cuts();
    await set.time.pass(5000);
    set.centre.weather = { ...set.centre.weather, httpFails: 0 };
    there.takeOver();
    await set.time.pass(10);
    expect(at(here)).toContain("connecting");
    set.centre.cuts();
    await set.time.pass(MINUTE);
    expect([at(here), at(there)]).toEqual([ELSEWHERE, HERE]);
    expect([first.done.at(-1), second.done.at(-1)]).toEqual(["dispose", "register 100"]);
    expect(set.centre.sockets.size).toBe(1);
  });

  it("hand the agent over where the agent asks for it, and the other is told", async () => {
    const { here, there, first, second, ...set } = await two();
    const left = heardBy(there);
    here.takeOver();
    await set.time.pass(5 * MINUTE);
    expect([at(here), at(there)]).toEqual([HERE, ELSEWHERE]);
    expect([first.done.at(-1), second.done.at(-1)]).toEqual(["register 100", "dispose"]);
    expect(left.filter(({ type }) => type === "Connection").map(({ tags }) => tags["REASON"])).toEqual(["7"]);
    expect(counted(set, "socket-tickets")).toBe(3);
  });

  it("hand the agent over to the tab that asks for it, of those that were left", async () => {
    const { here, there, browser, ...set } = await two();
    const tab = browser.tab();
    await set.time.pass(100);
    tab.takeOver();
    await set.time.pass(MINUTE);
    expect([at(tab), at(here), at(there)]).toEqual([HERE, HERE, ELSEWHERE]);
    expect([tab.role, here.role]).toEqual(["owner", "mirror"]);
  });

  it("end with the newest, however the other's coming back and its taking over fall together", async () => {
    for (let delay = 0; delay < 500; delay += 5) {
      const set = await signedIn();
      set.centre.cuts();
      await set.time.pass(delay);
      const other = new FakeBrowser(set.time, set.centre, set.browser.random, "other").tab();
      void other.login("100", "right");
      await set.time.pass(MINUTE);
      expect([at(set.agent), at(other)]).toEqual([ELSEWHERE, HERE]);
      expect(set.centre.sockets.size).toBe(1);
    }
  });

  it("are as two where tabs may not talk to each other, though one is the other's copy", async () => {
    const [set, store] = [stage(), memory()];
    const config = { share: false };
    const first = set.browser.tab(config, store);
    void first.login("100", "right");
    await set.time.pass(100);
    const copy = set.browser.tab(config, store);
    await set.time.pass(5 * MINUTE);
    expect([at(first), at(copy)]).toEqual([ELSEWHERE, HERE]);
    expect(counted(set, "socket-tickets")).toBe(2);
  });
});
