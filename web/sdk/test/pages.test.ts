import { describe, expect, it } from "vitest";
import { openPage, pageFile, until } from "./fakes/page.js";

describe("the guide's demonstration page", () => {
  it("shows the tag string of the call that rings, and calls the number with one line", async () => {
    const { window, centre, alerts, errors, close } = await openPage(pageFile("guide-demo.html"));
    void window.iCallAgentX.Login(100, "right");
    await until(() => window.iCallAgentX.connection.state === "connected");
    centre.tells("Ring", 1, { CALLERID: "83366857", TTYPE: "2" });
    await until(() => alerts.length > 0);
    expect(alerts).toEqual(["座席来电，标记字符串：CALLERID:83366857|TTYPE:2"]);
    window.document.getElementById("call")!.click();
    await until(() => centre.requests.length > 0);
    expect(centre.frames.at(-1)).toMatchObject({ type: "action", act: 7, iParam: 3, sParam: "83366857" });
    expect(errors).toEqual([]);
    close();
  });

  it("hears nothing more after it is left", async () => {
    const { window, centre, alerts, close } = await openPage(pageFile("guide-demo.html"));
    void window.iCallAgentX.Login(100, "right");
    await until(() => window.iCallAgentX.connection.state === "connected");
    window.dispatchEvent(new window.Event("unload"));
    let heard = false;
    window.iCallAgentX.bind("Ring", () => (heard = true));
    centre.tells("Ring", 1, { CALLERID: "83366857" });
    await until(() => heard);
    expect(alerts).toEqual([]);
    close();
  });
});

describe("a page written for the ActiveX control", () => {
  it("hears OnRing and calls by DoAction(7, 3, number)", async () => {
    const { window, centre, errors, close } = await openPage(pageFile("activex-demo.html"));
    void window.iCallAgentX.Login(100, "right");
    await until(() => window.iCallAgentX.connection.state === "connected");
    centre.tells("Ring", 1, { CALLERID: "83366857", TTYPE: "2" });
    const rung = window["rung"] as unknown[][];
    await until(() => rung.length > 0);
    expect([...rung[0]!]).toEqual([7, 1, "CALLERID:83366857|TTYPE:2"]);
    expect((window["dial"] as (number: string) => number)("83366857")).toBe(1);
    await until(() => centre.requests.length > 0);
    expect(centre.frames.at(-1)).toMatchObject({ act: 7, iParam: 3, sParam: "83366857" });
    expect(errors).toEqual([]);
    close();
  });
});

describe("the script tag", () => {
  const page = (attributes: string): string =>
    `<script ${attributes} src="https://cc.example/sdk/iCallAgent.js"></script>`;

  it("makes nothing until the object is asked for, and then one object", async () => {
    const { window, centre, close } = await openPage(page(""));
    expect(centre.asked).toEqual([]);
    expect(window.iCallAgentX).toBe(window.iCallAgentX);
    close();
  });

  it("says by data-attributes where the centre is", async () => {
    const { window, close } = await openPage(page('data-api="https://other.example/v1/" data-device="phone"'));
    const asked: string[] = [];
    window.fetch = (url: string, { body }: { body: string }) => {
      asked.push(url, body);
      return Promise.reject(new Error("no network"));
    };
    const outcome = await window.iCallAgentX.Login("100", "x");
    expect(asked).toEqual([
      "https://other.example/v1/agent/sessions",
      JSON.stringify({ agentId: "100", password: "x", device: "phone" }),
    ]);
    expect(outcome.code).toBe(-10);
    close();
  });

  it("twice in a page keeps the object that is there", async () => {
    const { window, close } = await openPage(page(""));
    const first = window.iCallAgentX;
    const again = window.document.createElement("script");
    again.textContent = window.document.querySelector("script")!.textContent;
    window.document.head.append(again);
    expect(window.iCallAgentX).toBe(first);
    close();
  });
});
