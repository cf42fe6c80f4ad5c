import { describe, expect, it } from "vitest";
import { NullDevice, type TelephonePlace } from "../src/device.js";
import { API } from "./fakes/browser.js";
import { FakeDevice } from "./fakes/device.js";
import { heardBy, type Stage, stage } from "./fakes/stage.js";

const NO_TELEPHONE = "This page has no telephone to answer with";
const EMULATED: TelephonePlace = { kind: "emulated", carrier: "http://carrier.example" };

describe("answering where the agent's calls ring in a page that has no telephone", () => {
  it("is refused in words, and nothing is sent", async () => {
    const { time, centre, browser } = stage();
    const agent = browser.tab();
    void agent.login("100", "right");
    await time.pass(100);
    expect(agent.doAction(1)).toBe(-14);
    const { ok, code, message } = await agent.answer();
    expect([ok, code]).toEqual([false, -14]);
    expect(message).toContain(NO_TELEPHONE);
    expect(centre.requests).toEqual([]);
  });

  it("is refused in words in the tabs beside it, too", async () => {
    const { time, browser } = stage();
    void browser.tab().login("100", "right");
    await time.pass(100);
    const other = browser.tab();
    await time.pass(100);
    const answered = other.answer();
    await time.pass(50);
    expect(await answered).toMatchObject({
      ok: false,
      code: -14,
      message: expect.stringContaining(NO_TELEPHONE) as string,
    });
  });

  it("goes to the tab that has one, where there is such a tab", async () => {
    const device = new FakeDevice();
    const { time, browser } = stage();
    void browser.tab({ device }).login("100", "right");
    await time.pass(100);
    const other = browser.tab();
    await time.pass(100);
    const answered = other.answer();
    await time.pass(50);
    expect([(await answered).ok, device.done]).toEqual([true, ["register 100", "answer"]]);
  });

  it.each(["sip", "phone"])("is no fault where they ring at a %s device, nor where the page says so", async (kind) => {
    for (const [device, config] of [
      [kind, {}],
      ["browser", { device: new NullDevice() }],
    ] as const) {
      const { time, centre, browser } = stage();
      centre.device = device;
      const agent = browser.tab(config);
      void agent.login("100", "right");
      await time.pass(100);
      const answered = agent.answer();
      await time.pass(50);
      expect((await answered).ok).toBe(true);
    }
  });
});

describe("the deployment's telephone", () => {
  /** A centre whose deployment has a telephone, to be loaded from beside the SDK. */
  function withTelephone(): Stage & {
    readonly device: FakeDevice;
    readonly made: unknown[];
    readonly loads: () => void;
  } {
    const set = stage();
    const device = new FakeDevice();
    const made: unknown[] = [];
    set.centre.deployment = { telephone: EMULATED };
    const telephone = (place: unknown, options: { readonly language: string }): FakeDevice => {
      made.push(place, options.language);
      return device;
    };
    const loads = (): void => {
      set.browser.modules.set(`${API}/sdk/telephones/emulated-carrier.mjs`, { telephone });
    };
    return { ...set, device, made, loads };
  }

  it("is loaded, registered, picked up and let go, when a page says that it wants it", async () => {
    const { time, browser, device, made, loads } = withTelephone();
    loads();
    const agent = browser.tab({ telephone: true });
    void agent.login("100", "right");
    await time.pass(100);
    expect(made).toEqual([EMULATED, "en-US"]);
    device.onReady?.(true);
    await time.pass(10);
    expect(agent.telephone.ready).toBe(true);
    expect(await answers(agent, time)).toBe(true);
    void agent.logout();
    await time.pass(100);
    expect(device.done).toEqual(["register 100", "answer", "dispose"]);
  });

  it("is the one that the page names, without asking for the deployment", async () => {
    const { time, centre, browser, made, loads } = withTelephone();
    loads();
    const other: TelephonePlace = { kind: "emulated", carrier: "http://other.example" };
    void browser.tab({ telephone: other }).login("100", "right");
    await time.pass(100);
    expect(made).toEqual([other, "en-US"]);
    expect(centre.asked).not.toContain("GET /sdk/deployment.json");
  });

  it("is not loaded for an agent whose calls ring elsewhere", async () => {
    const { time, centre, browser, made, loads } = withTelephone();
    loads();
    centre.device = "sip";
    void browser.tab({ telephone: true }).login("100", "right");
    await time.pass(100);
    expect(made).toEqual([]);
  });

  it("says when it cannot be loaded, and is registered as soon as it can", async () => {
    const { time, browser, device, loads } = withTelephone();
    const agent = browser.tab({ telephone: true });
    const heard = heardBy(agent);
    void agent.login("100", "right");
    await time.pass(100);
    const told = heard.filter(({ type }) => type === "Error").map(({ tags }) => tags["MSG"]);
    expect(told).toEqual([`The page's telephone could not be loaded from ${API}/sdk; it goes on trying.`]);
    expect([agent.connection.state, agent.telephone.ready]).toEqual(["connected", false]);
    loads();
    await time.pass(6000);
    expect(device.done).toEqual(["register 100"]);
  });

  it("is muted from its first sound where the agent muted while it was loading", async () => {
    const { time, browser, device, loads } = withTelephone();
    const mutes: boolean[] = [];
    device.mute = (on) => Promise.resolve(void mutes.push(on));
    const agent = browser.tab({ telephone: true });
    void agent.login("100", "right");
    await time.pass(100);
    expect((await agent.mute(true)).ok).toBe(true);
    loads();
    await time.pass(6000);
    expect(mutes).toEqual([true]);
  });

  it("stays away from an agent who signed out while it was loading", async () => {
    const { time, browser, device, loads } = withTelephone();
    const agent = browser.tab({ telephone: true });
    void agent.login("100", "right");
    await time.pass(100);
    void agent.logout();
    await time.pass(100);
    loads();
    await time.pass(20_000);
    expect(device.done).toEqual([]);
  });
});

async function answers(agent: ReturnType<Stage["browser"]["tab"]>, time: Stage["time"]): Promise<boolean> {
  const answered = agent.answer();
  await time.pass(50);
  return (await answered).ok;
}
