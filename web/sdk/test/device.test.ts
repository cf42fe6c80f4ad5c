import { describe, expect, it } from "vitest";
import { type DeviceIdentity, type DevicePort, NullDevice } from "../src/device.js";
import { heardBy, signedIn } from "./fakes/stage.js";

class FakeDevice implements DevicePort {
  onIncoming: DevicePort["onIncoming"];
  readonly done: string[] = [];
  identity: DeviceIdentity | undefined;
  broken = "";

  register(identity: DeviceIdentity): Promise<void> {
    this.identity = identity;
    return this.#note(`register ${identity.name}`);
  }

  answer(): Promise<void> {
    return this.#note("answer");
  }

  hangUp(): Promise<void> {
    return this.#note("hangUp");
  }

  mute(on: boolean): Promise<void> {
    return this.#note(`mute ${String(on)}`);
  }

  sendDigits(digits: string): Promise<void> {
    return this.#note(`digits ${digits}`);
  }

  dispose(): void {
    this.done.push("dispose");
  }

  #note(what: string): Promise<void> {
    this.done.push(what);
    return this.broken ? Promise.reject(new Error(this.broken)) : Promise.resolve();
  }
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
    expect(device.done).toEqual(["register agent-100", "answer", "answer", "dispose"]);
  });

  it("does not pick up what the server refused", async () => {
    const device = new FakeDevice();
    const { time, centre, agent } = await signedIn({ device });
    centre.answers = () => -4;
    agent.doAction(1);
    await time.pass(50);
    expect(device.done).toEqual(["register agent-100"]);
  });

  it("picks up too when only the answer to a doubled request arrived", async () => {
    const device = new FakeDevice();
    const { time, centre, agent } = await signedIn({ device });
    centre.answers = () => -11;
    agent.doAction(1);
    await time.pass(50);
    expect(device.done).toEqual(["register agent-100", "answer"]);
  });

  it("asks the centre signed in, without seeing the session", async () => {
    const device = new FakeDevice();
    const { time } = await signedIn({ device });
    const answer = device.identity!.ask("POST", "/agent/socket-tickets", {});
    await time.pass(50);
    expect((await answer).status).toBe(201);
    expect(JSON.stringify(device.identity)).not.toContain("token");
  });

  it("is muted by itself, and says in words when it cannot be", async () => {
    const device = new FakeDevice();
    const { time, centre, agent } = await signedIn({ device });
    expect(await agent.mute(true)).toMatchObject({ ok: true });
    device.broken = "The microphone was refused.";
    expect(await agent.mute(false)).toMatchObject({ code: -8, message: "The microphone was refused." });
    await time.pass(50);
    expect(device.done).toEqual(["register agent-100", "mute true", "mute false"]);
    expect(centre.requests).toEqual([]);
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
    expect(first.done).toEqual(["register agent-100", "answer", "dispose"]);
    expect(second.done).toEqual(["register agent-100", "answer"]);
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
