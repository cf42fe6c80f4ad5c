import { describe, expect, it } from "vitest";
import type { ControlHandler, Handler } from "../src/events.js";
import { signedIn, stage } from "./fakes/stage.js";

const TAGS = { CALLERID: "83366857", TTYPE: "2" };

describe("a handler", () => {
  it("hears e, the seat, iParam and the tag string, as the guide has it", async () => {
    const { time, centre, agent } = await signedIn();
    const heard: unknown[] = [];
    const page = { name: "demo" };
    const onRing: Handler = function (e, ...rest) {
      heard.push(this, e.callId, ...rest);
    };
    agent.bind(agent.Constant.Event.Ring, onRing, page);
    centre.tells("Ring", 1, TAGS);
    await time.pass(50);
    expect(heard).toEqual([page, "c1", 7, 1, "CALLERID:83366857|TTYPE:2"]);
  });

  it("that throws is reported, and loses nobody an event", async () => {
    const { time, centre, browser, agent } = await signedIn();
    const heard: number[] = [];
    agent.bind("Key", () => {
      throw new Error("the page's mistake");
    });
    agent.bind("Key", (_e, _slice, iParam) => heard.push(iParam));
    centre.tells("Key", 0, { KEY: "1" });
    centre.tells("Key", 1, { KEY: "2" });
    await time.pass(300);
    expect(heard).toEqual([0, 1]);
    expect(browser.reported).toHaveLength(2);
  });

  it("that blocks the page delays the others and loses none: each is called in a task of its own", async () => {
    const { time, centre, agent } = await signedIn();
    const order: string[] = [];
    const task = (name: string) => (): void => {
      order.push(`${name} begins`);
      // Whatever the page does meanwhile is another task.
      void Promise.resolve().then(() => order.push(`${name} ends`));
    };
    agent.bind("Key", task("first"));
    agent.bind("Key", task("second"));
    centre.tells("Key", 0, {});
    await time.pass(300);
    expect(order).toEqual(["first begins", "first ends", "second begins", "second ends"]);
  });

  it("hears no more once it is unbound, not even what was told before", async () => {
    const { time, centre, agent } = await signedIn();
    const heard: string[] = [];
    const late: Handler = () => heard.push("late");
    const unbind = agent.bind("Key", () => {
      heard.push("once");
      unbind();
      agent.unbind("OnKey", late);
    });
    agent.bind("Key", late);
    centre.tells("Key", 0, {});
    centre.tells("Key", 0, {});
    await time.pass(300);
    expect(heard).toEqual(["once"]);
  });

  it("cannot be bound to an event that does not exist", () => {
    const agent = stage().browser.tab();
    expect(() => agent.bind("Rings", () => undefined)).toThrow("There is no event Rings. The events are Ring, Talk");
    expect(() => agent.bind("constructor", () => undefined)).toThrow(RangeError);
    expect(() => agent.bind("Ring", undefined as unknown as Handler)).toThrow(
      "The handler of Ring must be a function.",
    );
  });

  it("gets hostile text as text", async () => {
    const { time, centre, agent } = await signedIn();
    const heard: string[] = [];
    const hostile = { NOTE: `<img src=x onerror=alert(1)>|A:"'\r\n%7C`, __proto__x: "1", constructor: "2" };
    agent.bind("Ring", (e, _slice, _iParam, sParam) => heard.push(sParam, String(e.tags.constructor)));
    centre.tells("Ring", 1, hostile);
    await time.pass(50);
    expect(heard).toEqual([`NOTE:<img src=x onerror=alert(1)>%7CA:"'%0D%0A%257C|__proto__x:1|constructor:2`, "2"]);
  });
});

describe("a page written for the ActiveX control", () => {
  it("sets OnRing and hears SliceNo, iParam and sParam, until it sets another or none", async () => {
    const { time, centre, agent } = await signedIn();
    const heard: unknown[] = [];
    const onRing: ControlHandler = (...parameters) => heard.push(parameters);
    agent.OnRing = onRing;
    expect(agent.OnRing).toBe(onRing);
    centre.tells("Ring", 1, TAGS);
    await time.pass(50);
    agent.OnRing = null;
    centre.tells("Ring", 1, TAGS);
    await time.pass(50);
    expect(heard).toEqual([[7, 1, "CALLERID:83366857|TTYPE:2"]]);
    expect(agent.OnRing).toBeNull();
  });

  it("attaches and detaches handlers by the control's names", async () => {
    const { time, centre, agent } = await signedIn();
    const heard: string[] = [];
    const onState: ControlHandler = (_slice, iParam) => heard.push(String(iParam));
    expect(agent.attachEvent("OnStateChange", onState)).toBe(true);
    centre.tells("State", 1, { SINCE: "1" });
    await time.pass(50);
    agent.detachEvent("onstatechange", onState);
    agent.detachEvent("OnStateChange", onState);
    centre.tells("State", 7, { SINCE: "2" });
    await time.pass(50);
    expect(heard).toEqual(["1"]);
  });
});
