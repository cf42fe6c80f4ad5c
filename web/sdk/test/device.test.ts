import { describe, expect, it } from "vitest";
import { NullDevice } from "../src/device.js";
import type { FakeCentre } from "./fakes/centre.js";
import { FakeDevice } from "./fakes/device.js";
import { heardBy, signedIn } from "./fakes/stage.js";

const MUTED = { inUse: true, ready: true, muted: true };

/** What the page asked to be rung for. */
function answers(centre: FakeCentre): unknown[] {
  const actions = centre.frames as { readonly act?: number; readonly sParam?: string }[];
  return actions.filter(({ act }) => act === 1).map(({ act, sParam }) => ({ act, sParam }));
}

describe("the page's telephone", () => {
  it("is registered for the agent, picks up what is answered or called, and is let go at the end", async () => {
    const device = new FakeDevice();
    const { time, agent } = await signedIn({ device });
    agent.doAction(1);
    await time.pass(50);
    agent.doAction(7, 3, "1");
    await time.pass(50);
    agent.dispose();
    expect(device.done).toEqual(["register 100", "answer", "answer", "dispose"]);
  });

  it("does not pick up what the server refused", async () => {
    const device = new FakeDevice();
    const { time, centre, agent } = await signedIn({ device });
    centre.answers = () => -4;
    agent.doAction(1);
    await time.pass(50);
    expect(device.done).toEqual(["register 100"]);
  });

  it("picks up too when only the answer to a doubled request arrived", async () => {
    const device = new FakeDevice();
    const { time, centre, agent } = await signedIn({ device });
    centre.answers = () => -11;
    agent.doAction(1);
    await time.pass(50);
    expect(device.done).toEqual(["register 100", "answer"]);
  });

  it("gets credentials of the session, fresh ones each time, without seeing the session itself", async () => {
    const device = new FakeDevice();
    const { time } = await signedIn({ device });
    const asked = [device.identity!.credentials(), device.identity!.credentials()];
    await time.pass(50);
    const [first, second] = await Promise.all(asked);
    expect(first).toMatchObject({ name: "agent_100", expiresAt: expect.any(Number) as number });
    expect(second!.token).not.toBe(first!.token);
    expect(JSON.stringify(device.identity)).not.toContain("token");
  });

  it("is refused credentials once the session has ended", async () => {
    const device = new FakeDevice();
    const { time, centre } = await signedIn({ device });
    centre.signsOut();
    const refused = device.identity!.credentials().catch((error: unknown) => error);
    await time.pass(50);
    expect(await refused).toMatchObject({ name: "AgentError", code: -1 });
  });

  it("is registered before the agent can be rung, but is not waited for longer than three seconds", async () => {
    const device = new FakeDevice();
    device.registered = new Promise(() => undefined);
    const { time, centre, agent } = await signedIn({ device });
    await time.pass(2500);
    expect([device.done, centre.frames, agent.connection.state]).toEqual([["register 100"], [], "connecting"]);
    await time.pass(1000);
    expect(agent.connection.state).toBe("connected");
  });

  it("is none of this page's business where the seat has another", async () => {
    const device = new FakeDevice();
    const { agent } = await signedIn({ device }, "sip");
    expect([agent.connection.state, device.done]).toEqual(["connected", []]);
  });

  it("is rung again when its leg was lost, once, and once more after the connection broke", async () => {
    const device = new FakeDevice();
    const { time, centre, agent } = await signedIn({ device });
    centre.tells("Talk", 1, { VOCID: "v1" });
    centre.tells("State", 5, { LEG: "lost" });
    centre.tells("State", 5, { LEG: "lost" });
    await time.pass(50);
    expect(agent.currentCall?.state).toBe("recovering");
    expect(answers(centre)).toEqual([{ act: 1, sParam: "c1" }]);
    expect(device.done).toEqual(["register 100", "answer"]);
    centre.cuts();
    await time.pass(2000);
    expect(answers(centre)).toHaveLength(2);
    centre.tells("Talk", 1, { VOCID: "v1" });
    await time.pass(50);
    expect(agent.currentCall?.state).toBe("talking");
  });

  it("picks up a supervisor's own leg by itself, once, and no other that rings", async () => {
    const device = new FakeDevice();
    const { time, centre } = await signedIn({ device });
    centre.tells("Ring", 1, { TTYPE: "2" });
    centre.tells("Hangup", 6, {});
    centre.tells("State", 7, {});
    await time.pass(50);
    expect(answers(centre)).toEqual([]);
    centre.tells("Ring", 3, { TTYPE: "7" }, "c2");
    centre.tells("State", 3, {}, "c2");
    await time.pass(50);
    expect(answers(centre)).toEqual([{ act: 1, sParam: "c2" }]);
    expect(device.done).toEqual(["register 100", "answer"]);
  });

  it("is muted by itself, and says in words when it cannot be", async () => {
    const device = new FakeDevice();
    const { time, centre, agent } = await signedIn({ device });
    expect(await agent.mute(true)).toMatchObject({ ok: true });
    device.broken = "The microphone was refused.";
    expect(await agent.mute(false)).toMatchObject({ code: -8, message: "The microphone was refused." });
    await time.pass(50);
    expect(device.mutes.slice(-2)).toEqual([true, false]);
    expect(centre.requests).toEqual([]);
  });

  it("tells every tab that it was muted, and forgets it with the call", async () => {
    const device = new FakeDevice();
    const { time, centre, browser, agent } = await signedIn({ device });
    const other = browser.tab();
    await time.pass(100);
    centre.tells("Ring", 1, {});
    centre.tells("Talk", 1, { VOCID: "v1" });
    await time.pass(50);
    const heard = heardBy(other);
    other.doAction(24, 1);
    await time.pass(50);
    expect([agent.telephone, other.telephone]).toEqual([MUTED, MUTED]);
    expect(heard.map(({ type, tags }) => [type, tags["MUTED"]])).toContainEqual(["State", "1"]);
    centre.tells("Ring", 1, {}, "c2");
    centre.tells("Talk", 1, { VOCID: "v2" }, "c2");
    await time.pass(50);
    expect([agent.telephone.muted, other.telephone.muted]).toEqual([false, false]);
    expect(device.mutes.slice(-2)).toEqual([true, false]);
  });

  it("says whether it can be rung, in every tab, and when that changes", async () => {
    const device = new FakeDevice();
    const { time, browser, agent } = await signedIn({ device });
    const other = browser.tab();
    await time.pass(100);
    const heard = heardBy(other);
    device.onReady?.(false);
    await time.pass(50);
    expect([agent.telephone.ready, other.telephone.ready]).toEqual([false, false]);
    device.onReady?.(true);
    await time.pass(50);
    expect(heard.map(({ tags }) => tags["TELEPHONE"])).toEqual(["lost", "ready"]);
    void agent.logout();
    await time.pass(100);
    expect(agent.telephone.inUse).toBe(false);
  });

  it("is not ready where it could not be registered", async () => {
    const device = new FakeDevice();
    device.broken = "The telephone cannot reach the carrier; it goes on trying.";
    const { agent } = await signedIn({ device });
    expect([agent.connection.state, agent.telephone]).toEqual(["connected", { ...MUTED, ready: false, muted: false }]);
  });

  it("tells the page when it fails", async () => {
    const device = new FakeDevice();
    const { time, agent } = await signedIn({ device });
    const heard = heardBy(agent);
    device.broken = "The microphone was refused.";
    agent.doAction(1);
    await time.pass(50);
    const error = heard.find((e) => e.type === "Error");
    expect([error?.iParam, error?.tags["MSG"]]).toEqual([-8, "The microphone was refused."]);
  });

  it("belongs to the tab that owns the microphone, and moves with it", async () => {
    const [first, second] = [new FakeDevice(), new FakeDevice()];
    const { time, browser, agent } = await signedIn({ device: first });
    const other = browser.tab({ device: second });
    await time.pass(50);
    expect(second.done).toEqual([]);
    other.doAction(1);
    await time.pass(50);
    other.takeOver();
    await time.pass(500);
    agent.doAction(1);
    await time.pass(50);
    expect(first.done).toEqual(["register 100", "answer", "dispose"]);
    expect(second.done).toEqual(["register 100", "answer"]);
  });

  it("may be none at all: what is done elsewhere is no mistake here, and muting is the server's", async () => {
    const none = new NullDevice();
    await Promise.all([none.register(), none.answer(), none.hangUp(), none.sendDigits()]);
    await expect(none.mute()).rejects.toThrow("This page has no telephone");
    none.dispose();
    const { time, centre, agent } = await signedIn();
    agent.doAction(24, 1);
    await time.pass(50);
    expect(centre.frames.at(-1)).toMatchObject({ act: 24, iParam: 1 });
  });
});
