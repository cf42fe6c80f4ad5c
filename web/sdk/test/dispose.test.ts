import { describe, expect, it } from "vitest";
import { stage } from "./fakes/stage.js";

describe("an object that is disposed of", () => {
  it("leaves no timer, listener, channel, lock or socket behind, a hundred times over, whatever it was doing", async () => {
    const { time, centre, browser } = stage();
    for (let cycle = 0; cycle < 100; cycle += 1) {
      const [agent, second] = [browser.tab(), browser.tab()];
      agent.bind("Ring", () => undefined);
      agent.OnTalk = () => undefined;
      void agent.login("100", "right");
      // From before the answer to the sign-in to long after the connection.
      await time.pass(cycle / 2);
      void agent.hold();
      if (cycle % 3 === 0) {
        centre.cuts();
        await time.pass(cycle / 10);
      }
      agent.dispose();
      second.dispose();
    }
    await time.pass(100);
    expect(browser.channels.size).toBe(0);
    expect([...browser.locks.held.values(), ...[...browser.locks.queues.values()].flat()]).toEqual([]);
    expect(browser.online.size).toBe(0);
    expect(centre.sockets.size).toBe(0);
    expect(time.pending).toBe(0);
  });

  it("closes its requests, hears nothing more, and does no harm when it is used again", async () => {
    const { time, centre, browser } = stage();
    const agent = browser.tab();
    void agent.login("100", "right");
    await time.pass(100);
    const heard: string[] = [];
    agent.bind("Key", () => heard.push("key"));
    const pending = agent.hold();
    agent.dispose();
    agent.dispose();
    centre.tells("Key", 0, {});
    await time.pass(100);
    expect(await pending).toMatchObject({ ok: false, code: -10 });
    expect(heard).toEqual([]);
    expect(agent.doAction(7, 3, "1")).toBe(-1);
    void agent.login("100", "right");
    await time.pass(1000);
    expect(agent.signedIn).toBeUndefined();
    expect(time.pending).toBe(0);
  });
});
