import { describe, expect, it } from "vitest";
import type { Outcome } from "../src/requests.js";
import { FAIR } from "./fakes/centre.js";
import { FakeDevice } from "./fakes/device.js";
import { heardBy, iParams, signedIn, stage } from "./fakes/stage.js";

describe("doAction", () => {
  it("returns the request's number at once, and ActionResult closes it", async () => {
    const { time, agent } = await signedIn();
    const heard = heardBy(agent);
    expect([agent.doAction(7, 3, "83366857"), agent.DoAction(2)]).toEqual([1, 2]);
    await time.pass(50);
    const results = heard.filter((e) => e.type === "ActionResult");
    expect(results.map(({ iParam, tags }) => [tags["REQID"], tags["ACT"], iParam]).sort()).toEqual([
      ["1", "7", 0],
      ["2", "2", 0],
    ]);
  });

  it("says why nothing was sent: not signed in, not connected, a bad parameter", async () => {
    const { time, centre, agent } = await signedIn();
    expect(stage().browser.tab().doAction(7, 3, "1")).toBe(-1);
    expect(agent.doAction(7.5, 3, "1")).toBe(-3);
    expect(agent.doAction(7, NaN, "1")).toBe(-3);
    expect(agent.doAction(7, 3, "1".repeat(5000))).toBe(-3);
    centre.cuts();
    await time.pass(5);
    expect(agent.doAction(7, 3, "1")).toBe(-10);
  });

  it("takes a telephone number that is a number", async () => {
    const { time, centre, agent } = await signedIn();
    expect(agent.doAction(7, 3, 83366857)).toBe(1);
    await time.pass(50);
    expect(centre.frames.at(-1)).toMatchObject({ act: 7, iParam: 3, sParam: "83366857" });
  });

  it("never uses one id twice, not even after a reload", async () => {
    const { time, centre, browser, agent } = await signedIn();
    agent.doAction(3);
    await time.pass(50);
    agent.dispose();
    const again = browser.tab();
    void again.login("100", "right");
    await time.pass(100);
    again.doAction(3);
    await time.pass(50);
    expect(new Set(centre.requests).size).toBe(2);
  });

  it("closes a request with -9 when nobody answers", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    centre.weather = { ...FAIR, lose: 1 };
    agent.doAction(3);
    await time.pass(15_000);
    expect(iParams(heard, "ActionResult")).toEqual([-9]);
  });

  it("counts a request as accepted when only its double was answered", async () => {
    const { time, centre, agent } = await signedIn();
    centre.answers = () => -11;
    const done = agent.hold();
    await time.pass(50);
    expect(await done).toMatchObject({ ok: true, code: 0, message: "" });
  });
});

describe("doControl", () => {
  it("asks the server, and passes its answer on", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    expect(agent.doControl(12, agent.Constant.Control.Monitor)).toBe(1);
    expect(agent.DoControl(12, 1)).toBe(2);
    await time.pass(50);
    expect(iParams(heard, "ActionResult")).toEqual([-5, -5]);
    expect(heard.at(-1)?.tags).toMatchObject({ CONTROL: "1", MSG: "Not now." });
    expect(heard.at(-1)?.tags).not.toHaveProperty("ACT");
    const { requestId: _named, ...frame } = centre.frames.at(-1) as { readonly requestId: string };
    expect(frame).toEqual({ type: "control", control: 1, target: 12 });
    expect([agent.doControl(1.5, 1), agent.doControl(12, NaN)]).toEqual([-3, -3]);
  });
});

describe("a named method", () => {
  it("promises what became of the request", async () => {
    const { time, agent } = await signedIn();
    const called = agent.call("83366857", { tags: { MemberID: "1|2" } });
    const refused = agent.monitor(12);
    await time.pass(50);
    expect(await called).toEqual({ ok: true, code: 0, message: "", requestId: 1, callId: "" });
    expect(await refused).toEqual({ ok: false, code: -5, message: "Not now.", requestId: 2, callId: "" });
  });

  it("says it at once when nothing was sent", async () => {
    const outcome = await stage().browser.tab().hold();
    expect(outcome).toEqual({ ok: false, code: -1, message: "Sign in first.", requestId: 0, callId: "" });
  });

  it.each([
    ["answer", (agent) => agent.answer("c1"), [1, 0, "c1"]],
    ["hangup", (agent) => agent.hangup(), [2, 0, ""]],
    ["endCall", (agent) => agent.endCall(), [2, 1, ""]],
    ["letGo", (agent) => agent.letGo("c1-2"), [2, 2, "c1-2"]],
    ["hold", (agent) => agent.hold(true), [3, 1, ""]],
    ["hold of one", (agent) => agent.hold(false, "c1-2"), [3, 0, "c1-2"]],
    ["retrieve", (agent) => agent.retrieve(), [4, 0, ""]],
    ["transfer", (agent) => agent.transfer("101", { kind: "agentId", tags: { A: "1" } }), [5, 2, "101;A:1"]],
    ["consult", (agent) => agent.consult("sales", { kind: "queue" }), [6, 4, "sales"]],
    ["call", (agent) => agent.call("83366857"), [7, 3, "83366857"]],
    ["sendDtmf", (agent) => agent.sendDtmf("12#"), [8, 0, "12#"]],
    ["pause", (agent) => agent.pause(2), [9, 2, ""]],
    ["resume", (agent) => agent.resume(), [10, 0, ""]],
    ["toAutomatic", (agent) => agent.toAutomatic("auth", { comeBack: true, tags: { A: "1" } }), [11, 1, "auth;A:1"]],
    ["toAutomatic for good", (agent) => agent.toAutomatic("menu"), [11, 0, "menu"]],
    ["sendMessage", (agent) => agent.sendMessage("101", "你好; ok"), [12, 2, "101;你好; ok"]],
    ["completeTransfer", (agent) => agent.completeTransfer(), [20, 0, ""]],
    ["conference", (agent) => agent.conference(), [21, 0, ""]],
    ["cancelConsult", (agent) => agent.cancelConsult(), [22, 0, ""]],
    ["swap", (agent) => agent.swap(), [23, 0, ""]],
    ["mute", (agent) => agent.mute(), [24, 1, ""]],
    ["mute of one", (agent) => agent.mute(false, "c1-2"), [24, 0, "c1-2"]],
    ["saveWrapUp", (agent) => agent.saveWrapUp("sold"), [25, 0, "sold"]],
    ["finishWrapUp", (agent) => agent.finishWrapUp(), [25, 1, ""]],
    ["extendWrapUp", (agent) => agent.extendWrapUp(30), [25, 2, "30"]],
    ["setTags", (agent) => agent.setTags({ A: "1", B: "2" }, true), [26, 1, "A:1|B:2"]],
    ["stopRecording", (agent) => agent.stopRecording(), [27, 0, ""]],
    ["startRecording", (agent) => agent.startRecording(), [27, 1, ""]],
    ["pauseRecording", (agent) => agent.pauseRecording(), [27, 2, ""]],
    ["resumeRecording", (agent) => agent.resumeRecording(), [27, 3, ""]],
    ["survey", (agent) => agent.survey("after"), [28, 0, "after"]],
    [
      "scheduleCallback",
      (agent) => agent.scheduleCallback("1", new Date(0), "n"),
      [29, 0, "1;1970-01-01T00:00:00.000Z;n"],
    ],
    ["pickUp", (agent) => agent.pickUp(9), [30, 1, "9"]],
    ["useDevice", (agent) => agent.useDevice("sip"), [31, 1, ""]],
    ["signOut", (agent) => agent.signOut({ afterCall: true, reason: "home" }), [32, 1, "home"]],
    ["nextState", (agent) => agent.nextState("meal", "lunch"), [33, 16, "lunch"]],
    ["reset", (agent) => agent.reset(), [34, 0, ""]],
    ["synchronise", (agent) => agent.synchronise(), [35, 0, ""]],
  ] as [
    string,
    (agent: Awaited<ReturnType<typeof signedIn>>["agent"]) => Promise<unknown>,
    [number, number, string],
  ][])("%s sends its code, iParam and sParam", async (_name, ask, [act, iParam, sParam]) => {
    const { time, centre, agent } = await signedIn({}, "sip");
    void ask(agent);
    await time.pass(50);
    expect(centre.frames.at(-1)).toMatchObject({ act, iParam, sParam });
  });

  it.each([
    ["monitor", (agent) => agent.monitor(9), 1],
    ["intercept", (agent) => agent.intercept(9), 2],
    ["bargeIn", (agent) => agent.bargeIn(9), 3],
    ["emergencyCall", (agent) => agent.emergencyCall(9), 4],
    ["forceRelease", (agent) => agent.forceRelease(9), 5],
    ["whisper", (agent) => agent.whisper(9), 6],
    ["pickUpAt", (agent) => agent.pickUpAt(9), 7],
    ["forcePaused", (agent) => agent.forcePaused(9), 8],
    ["forceReady", (agent) => agent.forceReady(9), 9],
    ["forceSignOut", (agent) => agent.forceSignOut(9), 10],
    ["stopControl", (agent) => agent.stopControl(9), 11],
    ["finishWrapUpAt", (agent) => agent.finishWrapUpAt(9), 12],
    ["forceRest", (agent) => agent.forceRest(9), 13],
    ["switchToMonitor", (agent) => agent.switchToMonitor(9), 14],
    ["switchToBargeIn", (agent) => agent.switchToBargeIn(9), 15],
    ["switchToWhisper", (agent) => agent.switchToWhisper(9), 16],
    ["startRecordingAt", (agent) => agent.startRecordingAt(9), 17],
    ["stopRecordingAt", (agent) => agent.stopRecordingAt(9), 18],
    ["forceSignOut at once", (agent) => agent.forceSignOut(9, true), 110],
  ] as [string, (agent: Awaited<ReturnType<typeof signedIn>>["agent"]) => Promise<unknown>, number][])(
    "%s sends its control's code and the seat",
    async (_name, ask, control) => {
      const { time, centre, agent } = await signedIn();
      void ask(agent);
      await time.pass(50);
      expect(centre.frames.at(-1)).toMatchObject({ type: "control", control, target: 9 });
    },
  );

  it.each([
    ["a kind of target", (agent) => agent.call("200", { kind: "agent" as "agentId" }), "automatic, sliceNo, agentId"],
    ["an inherited word", (agent) => agent.consult("1", { kind: "toString" as "queue" }), "automatic, sliceNo"],
    ["an option of a target", (agent) => agent.transfer("1", { type: "agentId" } as object), "kind, tags"],
    ["an option of a flow", (agent) => agent.toAutomatic("auth", { comeback: true } as object), "comeBack, tags"],
    ["a kind of message", (agent) => agent.sendMessage("1", "Hi", "agent" as "agentId"), "sliceNo, agentId, queue"],
    ["a state", (agent) => agent.nextState("lunch" as "meal"), "signedOut, ready"],
    ["a device", (agent) => agent.useDevice("mobile" as "phone"), "browser, sip, phone"],
    ["an option of signing out", (agent) => agent.signOut({ after: true } as object), "afterCall, reason"],
  ] as [string, (agent: Awaited<ReturnType<typeof signedIn>>["agent"]) => Promise<Outcome>, string][])(
    "refuses %s that there is not, names those that there are, and sends nothing",
    async (_what, ask, names) => {
      const { centre, agent } = await signedIn();
      const sent = centre.frames.length;
      const { code, message } = await ask(agent);
      expect([code, centre.frames.length]).toEqual([-3, sent]);
      expect(message).toContain(names);
    },
  );

  it("presses keys at the page's own telephone while the agent is the customer of a flow", async () => {
    const device = new FakeDevice();
    const { time, centre, agent } = await signedIn({ device });
    const own = { leg: "customer", role: "customer", who: "100", owner: false, state: "connected", held: false };
    centre.tells("Talk", 0, { CALLERID: "auth" }, "c1", { members: [{ ...own, muted: false, since: 1 }] });
    await time.pass(50);
    const sent = centre.frames.length;
    const pressed = agent.sendDtmf("12#");
    await time.pass(50);
    expect(await pressed).toMatchObject({ ok: true, code: 0 });
    expect((await agent.sendDtmf("x")).code).toBe(-3);
    device.broken = "No line.";
    expect(await agent.sendDtmf("1")).toMatchObject({ code: -8, message: "No line." });
    expect(device.done).toContain("digits 12#");
    expect(centre.frames.length).toBe(sent);
  });

  it("uses the deployment's own code where it has one", async () => {
    const { time, centre, agent } = await signedIn({
      codes: { actions: { "77": "call" }, states: { "70": "paused" } },
    });
    expect([agent.Constant.Action.Call, agent.Constant.State.Paused, agent.Constant.Action.Hold]).toEqual([77, 70, 3]);
    void agent.call("1");
    await time.pass(50);
    expect(centre.frames.at(-1)).toMatchObject({ act: 77 });
  });
});

describe("a deployment's own codes", () => {
  const codes = {
    actions: { "3": "call", "77": "hold", "101": "answer", "133": "nextState" },
    controls: { "51": "monitor" },
    states: { "70": "paused", "107": "talking" },
  };

  async function renumbered() {
    const [set, device] = [stage(), new FakeDevice()];
    set.centre.codesInForce = codes;
    set.centre.answers = () => 0;
    const agent = set.browser.tab({ device });
    void agent.login("100", "right");
    await set.time.pass(100);
    return { ...set, agent, device };
  }

  it("are told to who signs in, and hold for constants, named methods and what rings here", async () => {
    const { time, centre, agent, device } = await renumbered();
    const { Action, Control, State } = agent.Constant;
    expect([Action.Call, Action.Hold, Action.Retrieve, Control.Monitor, State.Talking]).toEqual([3, 77, 4, 51, 107]);
    void agent.hold();
    await time.pass(50);
    void agent.monitor(9);
    await time.pass(50);
    expect(centre.frames.slice(-2)).toMatchObject([{ act: 77 }, { control: 51 }]);
    agent.doAction(101);
    await time.pass(50);
    expect(device.done).toContain("answer");
  });

  it("tell states to pages written for them, and the native event tells the usual ones", async () => {
    const { time, centre, agent } = await renumbered();
    const told: unknown[] = [];
    agent.bind("State", (e, _sliceNo, iParam, sParam) => told.push([e.iParam, iParam, sParam]));
    agent.OnStateChange = (_sliceNo, iParam) => told.push(iParam);
    centre.tells("Talk", 1, {});
    centre.tells("State", 5, { STATE: "5", OLDSTATE: "7", REASON: "" });
    await time.pass(50);
    expect(told.slice(0, 2)).toEqual([[5, 107, "STATE:107|OLDSTATE:70|REASON:"], 107]);
    expect([agent.state, agent.facts.agent.state]).toEqual([107, 5]);
  });

  it("name the next state as well", async () => {
    const { time, centre, agent } = await renumbered();
    agent.doAction(133, 70, "lunch");
    await time.pass(50);
    expect(centre.frames.at(-1)).toMatchObject({ act: 133, iParam: 7, sParam: "lunch" });
    void agent.nextState("paused");
    await time.pass(50);
    expect(centre.frames.at(-1)).toMatchObject({ act: 133, iParam: 7 });
  });
});

describe("an offer", () => {
  it("can be accepted while the socket is away, by HTTP, and nothing else can", async () => {
    const { time, centre, agent } = await signedIn({}, "sip");
    centre.cuts();
    await time.pass(5);
    expect(await agent.hold()).toMatchObject({ code: -10 });
    const accepted = agent.answer();
    await time.pass(20);
    expect(await accepted).toMatchObject({ ok: true, requestId: 2 });
    expect(centre.asked).toContain("POST /agent/actions");
  });
});
