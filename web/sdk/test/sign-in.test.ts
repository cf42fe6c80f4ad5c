import { describe, expect, it } from "vitest";
import { FAIR } from "./fakes/centre.js";
import { memory } from "./fakes/browser.js";
import { heardBy, iParams, signedIn, stage } from "./fakes/stage.js";

const HOUR = 3_600_000;

describe("signing in", () => {
  it("by AgentID and password", async () => {
    const { agent } = await signedIn();
    expect(agent.signedIn).toEqual({ agentId: "100", name: "张三", roles: ["agent"], sliceNo: 7 });
    expect(agent.state).toBe(agent.facts.agent.state);
    expect(agent.connection.state).toBe("connected");
  });

  it("with a wrong password says so, and promises rather than throws", async () => {
    const { time, browser } = stage();
    const agent = browser.tab();
    const outcome = agent.Login(100, "wrong");
    await time.pass(50);
    expect(await outcome).toMatchObject({ ok: false, code: -1, message: "AgentID or password is wrong." });
    expect(agent.connection.state).toBe("disconnected");
  });

  it("without a network says that the centre cannot be reached", async () => {
    const { time, centre, browser } = stage();
    centre.weather = { ...FAIR, httpFails: 1 };
    const outcome = browser.tab().login("100", "right");
    await time.pass(50);
    expect(await outcome).toMatchObject({ code: -10, message: "The contact centre cannot be reached." });
  });

  it("by a login code that the page hands over", async () => {
    const { time, centre, browser } = stage();
    const agent = browser.tab();
    centre.codes.add("code-1");
    const outcome = agent.SetLoginInfo(100, false, "code-1");
    await time.pass(100);
    expect(await outcome).toMatchObject({ ok: true, code: 0 });
    expect(agent.signedIn?.agentId).toBe("100");
  });

  it("by a login code that a callback asks the business system's server for", async () => {
    const { time, centre, browser } = stage();
    const asked: unknown[] = [];
    const loginCode = (agentId: string, isAdmin: boolean): Promise<string> => {
      asked.push(agentId, isAdmin);
      centre.codes.add("code-2");
      return Promise.resolve("code-2");
    };
    const agent = browser.tab();
    agent.configure({ loginCode });
    const outcome = agent.SetLoginInfo(100, true);
    await time.pass(100);
    expect(await outcome).toMatchObject({ ok: true });
    expect(asked).toEqual(["100", true]);
  });

  it("by SetLoginInfo alone is refused in words: a page cannot vouch for itself", async () => {
    const outcome = await stage().browser.tab().SetLoginInfo(100, true);
    expect(outcome).toMatchObject({ ok: false, code: -1 });
    expect(outcome.message).toContain("SetLoginInfo needs a login code from your own server");
  });

  it("fails in words when the business system gives no code", async () => {
    const agent = stage().browser.tab({ loginCode: () => Promise.reject(new Error("secret detail")) });
    expect(await agent.SetLoginInfo(100)).toMatchObject({
      code: -1,
      message: "The business system gave no login code.",
    });
  });

  it("as somebody else leaves nothing of the first behind", async () => {
    const { time, agent } = await signedIn();
    const pending = agent.hold();
    const outcome = agent.login("101", "right");
    await time.pass(100);
    expect(await outcome).toMatchObject({ ok: true });
    expect(await pending).toMatchObject({ requestId: 1 });
    expect(agent.signedIn?.agentId).toBe("101");
    expect(agent.connection.state).toBe("connected");
  });
});

describe("a reload", () => {
  it("goes on with the session, and takes the whole state", async () => {
    const { time, centre, browser } = stage();
    const store = memory();
    const before = browser.tab({}, store);
    void before.login("100", "right");
    await time.pass(100);
    before.dispose();
    const after = browser.tab({}, store);
    const heard = heardBy(after);
    await time.pass(100);
    expect(after.signedIn?.agentId).toBe("100");
    expect(iParams(heard, "Snapshot")).toEqual([1]);
    expect(after.facts).toEqual(centre.facts);
  });

  it("after the session has ended asks for nothing more, and tells Logout", async () => {
    const { time, centre, browser } = stage();
    const store = memory();
    const before = browser.tab({}, store);
    void before.login("100", "right");
    await time.pass(100);
    before.dispose();
    centre.signsOut();
    const after = browser.tab({}, store);
    const heard = heardBy(after);
    await time.pass(100);
    expect(iParams(heard, "Logout")).toEqual([3]);
    expect(after.signedIn).toBeUndefined();
    expect(centre.asked.filter((path) => path.endsWith("tickets"))).toHaveLength(2);
  });
});

describe("signing out", () => {
  it("tells Logout once and forgets the session", async () => {
    const { time, agent } = await signedIn();
    const heard = heardBy(agent);
    const outcome = agent.Logout();
    await time.pass(1000);
    expect(await outcome).toMatchObject({ ok: true });
    expect(iParams(heard, "Logout")).toEqual([0]);
    expect(agent.signedIn).toBeUndefined();
    expect(agent.state).toBe(0);
    expect(agent.connection.state).toBe("disconnected");
  });

  it("of nobody is no mistake", async () => {
    expect(await stage().browser.tab().logout()).toMatchObject({ ok: true });
  });
});

describe("a session that comes to its end", () => {
  it("is told to be ending, and ended, when nothing can renew it", async () => {
    const { time, agent } = await signedIn();
    const heard = heardBy(agent);
    await time.pass(12 * HOUR);
    expect(iParams(heard, "Auth")).toEqual([0, 2]);
  });

  it("is renewed by the callback that vouches for the agent", async () => {
    const { time, centre, browser } = stage();
    let given = 0;
    const agent = browser.tab({
      loginCode: () => {
        given += 1;
        centre.codes.add(`code-${given}`);
        return Promise.resolve(`code-${given}`);
      },
    });
    const heard = heardBy(agent);
    void agent.SetLoginInfo(100);
    await time.pass(12 * HOUR);
    expect(iParams(heard, "Auth")).toEqual([0, 1]);
    expect(agent.connection.state).toBe("connected");
    expect(iParams(heard, "Logout")).toEqual([]);
  });
});

describe("configure", () => {
  it("is refused while somebody is signed in", async () => {
    const { agent } = await signedIn();
    expect(() => {
      agent.configure({ share: false });
    }).toThrow("Configure before signing in, or sign out first.");
  });
});
