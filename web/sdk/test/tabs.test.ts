import { describe, expect, it } from "vitest";
import { heardBy, iParams, signedIn } from "./fakes/stage.js";

describe("several tabs of one agent", () => {
  it("share one socket: the second finds the session, and both hear every event", async () => {
    const { time, centre, browser, agent } = await signedIn();
    const second = browser.tab();
    await time.pass(50);
    expect([agent.role, second.role]).toEqual(["owner", "mirror"]);
    expect(second.signedIn?.agentId).toBe("100");
    expect(second.connection.state).toBe("connected");
    const [first, mirrored] = [heardBy(agent), heardBy(second)];
    centre.tells("Ring", 1, { CALLERID: "1" });
    await time.pass(50);
    expect(first).toHaveLength(1);
    expect(mirrored).toEqual(first);
    expect(second.facts).toEqual(agent.facts);
    expect(centre.sockets.size).toBe(1);
  });

  it("act through the one that owns the socket, each with its own request numbers", async () => {
    const { time, centre, browser, agent } = await signedIn();
    const second = browser.tab();
    await time.pass(50);
    const [first, mirrored] = [heardBy(agent), heardBy(second)];
    expect([agent.doAction(3), second.doAction(4), second.doAction(99)]).toEqual([1, 1, 2]);
    await time.pass(100);
    expect(iParams(first, "ActionResult")).toEqual([0]);
    expect(iParams(mirrored, "ActionResult").sort()).toEqual([-2, 0]);
    expect(centre.requests).toHaveLength(3);
  });

  it("go on when the owner is closed: the next one resumes where it was", async () => {
    const { time, centre, browser, agent } = await signedIn();
    const second = browser.tab();
    await time.pass(50);
    const heard = heardBy(second);
    agent.dispose();
    centre.tells("Key", 0, { KEY: "1" });
    await time.pass(500);
    expect(second.role).toBe("owner");
    expect(second.connection.state).toBe("connected");
    expect(heard.filter((e) => e.type === "Key").map((e) => e.tags["KEY"])).toEqual(["1"]);
    expect(iParams(heard, "Snapshot")).toEqual([]);
  });

  it("hand over socket and microphone to the one that asks", async () => {
    const { time, centre, browser, agent } = await signedIn();
    const second = browser.tab();
    await time.pass(50);
    second.takeOver();
    await time.pass(500);
    expect([agent.role, second.role]).toEqual(["mirror", "owner"]);
    expect([agent.connection.state, second.connection.state]).toEqual(["connected", "connected"]);
    expect(centre.sockets.size).toBe(1);
    const heard = heardBy(agent);
    centre.tells("Key", 0, { KEY: "1" });
    await time.pass(50);
    expect(iParams(heard, "Key")).toEqual([0]);
  });

  it("hand over without the agent being away for a moment", async () => {
    const { time, browser, agent } = await signedIn();
    const second = browser.tab();
    await time.pass(50);
    const heard = heardBy(second);
    second.takeOver();
    await time.pass(500);
    agent.takeOver();
    await time.pass(500);
    expect([agent.role, second.role]).toEqual(["owner", "mirror"]);
    expect(iParams(heard, "State")).toEqual([]);
  });

  it("are signed out together, each told once", async () => {
    const { time, browser, agent } = await signedIn();
    const second = browser.tab();
    await time.pass(50);
    const [first, mirrored] = [heardBy(agent), heardBy(second)];
    void second.logout();
    await time.pass(500);
    expect([iParams(first, "Logout"), iParams(mirrored, "Logout")]).toEqual([[0], [0]]);
    expect([agent.signedIn, second.signedIn]).toEqual([undefined, undefined]);
    expect([agent.connection.state, second.connection.state]).toEqual(["disconnected", "disconnected"]);
  });

  it("tell the truth about the owner's connection", async () => {
    const { time, centre, browser } = await signedIn();
    const second = browser.tab();
    await time.pass(50);
    centre.weather = { ...centre.weather, httpFails: 1 };
    centre.cuts();
    await time.pass(5000);
    expect(second.connection.state).toBe("connecting");
    expect(second.doAction(3)).toBe(-10);
  });

  it("of another agent are left alone", async () => {
    const { time, browser, agent } = await signedIn();
    const other = browser.tab({ share: true });
    void other.login("101", "right");
    await time.pass(100);
    expect([agent.role, other.role]).toEqual(["owner", "owner"]);
    expect([agent.signedIn?.agentId, other.signedIn?.agentId]).toEqual(["100", "101"]);
  });

  it("stay apart where a page wishes so", async () => {
    const { time, browser } = await signedIn();
    const apart = browser.tab({ share: false });
    await time.pass(100);
    expect([apart.role, apart.signedIn]).toEqual(["none", undefined]);
  });
});
