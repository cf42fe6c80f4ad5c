import { describe, expect, it } from "vitest";
import { FAIR } from "./fakes/centre.js";
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
    expect(iParams(heard, "ActionResult")).toEqual([-2, -2]);
    expect(centre.frames.at(-1)).toMatchObject({ act: 0, control: 1, target: 12 });
  });
});

describe("a named method", () => {
  it("promises what became of the request", async () => {
    const { time, agent } = await signedIn();
    const called = agent.call("83366857", { tags: { MemberID: "1|2" } });
    const refused = agent.monitor(12);
    await time.pass(50);
    expect(await called).toEqual({ ok: true, code: 0, message: "", requestId: 1, callId: "" });
    expect(await refused).toEqual({ ok: false, code: -2, message: "Not now.", requestId: 2, callId: "" });
  });

  it("says it at once when nothing was sent", async () => {
    const outcome = await stage().browser.tab().hold();
    expect(outcome).toEqual({ ok: false, code: -1, message: "Sign in first.", requestId: 0, callId: "" });
  });

  it.each([
    ["answer", (agent) => agent.answer("c1"), [1, 0, "c1"]],
    ["hangup", (agent) => agent.hangup(), [2, 0, ""]],
    ["hold", (agent) => agent.hold(true), [3, 1, ""]],
    ["retrieve", (agent) => agent.retrieve(), [4, 0, ""]],
    ["transfer", (agent) => agent.transfer("101", { kind: "agentId", tags: { A: "1" } }), [5, 2, "101;A:1"]],
    ["consult", (agent) => agent.consult("sales", { kind: "queue" }), [6, 4, "sales"]],
    ["call", (agent) => agent.call("83366857"), [7, 3, "83366857"]],
    ["sendDtmf", (agent) => agent.sendDtmf("12#"), [8, 0, "12#"]],
    ["pause", (agent) => agent.pause(2), [9, 2, ""]],
    ["resume", (agent) => agent.resume(), [10, 0, ""]],
    ["toAutomatic", (agent) => agent.toAutomatic("auth", true), [11, 1, "auth"]],
    ["sendMessage", (agent) => agent.sendMessage("101", "你好; ok"), [12, 2, "101;你好; ok"]],
    ["mute", (agent) => agent.mute(), [24, 1, ""]],
    ["saveWrapUp", (agent) => agent.saveWrapUp("sold"), [25, 0, "sold"]],
    ["finishWrapUp", (agent) => agent.finishWrapUp(), [25, 1, ""]],
    ["extendWrapUp", (agent) => agent.extendWrapUp(30), [25, 2, "30"]],
    ["setTags", (agent) => agent.setTags({ A: "1", B: "2" }, true), [26, 1, "A:1|B:2"]],
    ["stopRecording", (agent) => agent.stopRecording(), [27, 0, ""]],
    ["startRecording", (agent) => agent.startRecording(), [27, 1, ""]],
    ["pauseRecording", (agent) => agent.pauseRecording(), [27, 2, ""]],
    ["resumeRecording", (agent) => agent.resumeRecording(), [27, 3, ""]],
    [
      "scheduleCallback",
      (agent) => agent.scheduleCallback("1", new Date(0), "n"),
      [29, 0, "1;1970-01-01T00:00:00.000Z;n"],
    ],
    ["pickUp", (agent) => agent.pickUp(9), [30, 1, "9"]],
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
