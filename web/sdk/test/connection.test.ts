import { describe, expect, it } from "vitest";
import { heardBy, iParams, signedIn, stage } from "./fakes/stage.js";
import { FAIR, FakeSocket } from "./fakes/centre.js";

const MINUTE = 60_000;
const [CONNECTED, CONNECTING, DISCONNECTED] = [0, 1, 2];
const reasons = (heard: ReturnType<typeof heardBy>): (string | undefined)[] =>
  heard.filter((e) => e.type === "Connection").map((e) => e.tags["REASON"]);

describe("the connection", () => {
  it("goes from connecting to connected when the server has answered hello", async () => {
    const { time, browser } = stage();
    const agent = browser.tab();
    const heard = heardBy(agent);
    void agent.login("100", "right");
    await time.pass(100);
    expect(iParams(heard, "Connection").at(-1)).toBe(CONNECTED);
    expect(agent.connection).toEqual({ state: "connected", reason: "none", retryMs: 0 });
    expect(iParams(heard, "Snapshot")).toEqual([1]);
  });

  it("gives a sign of life every 20 s and keeps one socket", async () => {
    const { time, centre, agent } = await signedIn();
    await time.pass(30 * MINUTE);
    expect(agent.connection.state).toBe("connected");
    expect(centre.asked.filter((path) => path.endsWith("socket-tickets"))).toHaveLength(1);
    expect(centre.sockets.size).toBe(1);
  });

  it("gives one more when a wrap-up should have ended and has not", async () => {
    const { time, centre } = await signedIn();
    const beats = (): number =>
      centre.frames.filter((frame) => (frame as { type: string }).type === "heartbeat").length;
    centre.tells("WrapUp", 0, { DEADLINE: String(time.now() + 7000) });
    await time.pass(7900);
    expect(beats()).toBe(0);
    await time.pass(200);
    expect(beats()).toBe(1);
  });

  it("gives none of these when the wrap-up is extended, or ends in time", async () => {
    const { time, centre } = await signedIn();
    const beats = (): number =>
      centre.frames.filter((frame) => (frame as { type: string }).type === "heartbeat").length;
    centre.tells("WrapUp", 0, { DEADLINE: String(time.now() + 3000) });
    centre.tells("WrapUp", 0, { DEADLINE: String(time.now() + 9000) });
    await time.pass(8000);
    expect(beats()).toBe(0);
    centre.tells("WrapUp", 2, {});
    await time.pass(10_000);
    expect(beats()).toBe(0);
  });

  it("rolls over to a second socket before 2 h are up, and no event is lost or told twice", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    const first = [...centre.sockets][0];
    for (let minute = 0; minute < 119; minute += 1) {
      await time.pass(MINUTE - 1);
      centre.tells("Key", 0, { KEY: String(minute) });
      await time.pass(1);
    }
    await time.pass(1000);
    expect([...centre.sockets]).toHaveLength(1);
    expect([...centre.sockets][0]).not.toBe(first);
    expect(iParams(heard, "Connection")).toEqual([]);
    expect(heard.filter((e) => e.type === "Key").map((e) => e.tags["KEY"])).toEqual(
      Array.from({ length: 119 }, (_, minute) => String(minute)),
    );
  });

  it("puts a roll-over off when no ticket can be had just then", async () => {
    const { time, centre, agent } = await signedIn();
    centre.weather = { ...FAIR, httpFails: 1 };
    await time.pass(116 * MINUTE);
    expect(agent.connection.state).toBe("connected");
    centre.weather = FAIR;
    await time.pass(2 * MINUTE);
    expect(centre.asked.filter((path) => path.endsWith("socket-tickets"))).toHaveLength(2);
  });

  it("comes back by itself, with a fresh ticket, when the network breaks", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    centre.cuts();
    await time.pass(2000);
    expect(iParams(heard, "Connection")).toEqual([CONNECTING, CONNECTED]);
    expect(reasons(heard)).toEqual(["2", "0"]);
    expect(centre.asked.filter((path) => path.endsWith("socket-tickets"))).toHaveLength(2);
  });

  it("notices within half a minute that the server went silent", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    centre.weather = { ...FAIR, lose: 1 };
    await time.pass(31_000);
    expect(reasons(heard)[0]).toBe("4");
    expect(agent.connection.state).toBe("connecting");
  });

  it("waits longer between tries, never longer than 20 s, and says how long", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    centre.weather = { ...FAIR, httpFails: 1 };
    centre.cuts();
    await time.pass(5 * MINUTE);
    const retries = heard.filter((e) => e.type === "Connection").map((e) => Number(e.tags["RETRY"]));
    expect(retries.length).toBeGreaterThan(15);
    retries.slice(0, 5).forEach((ms, place) => {
      expect(ms).toBeLessThanOrEqual(500 * 2 ** place);
    });
    expect(Math.max(...retries)).toBeGreaterThan(5000);
    expect(Math.max(...retries)).toBeLessThanOrEqual(20_000);
  });

  it("does not wait when the browser says that the network is back", async () => {
    const { time, centre, browser, agent } = await signedIn();
    centre.weather = { ...FAIR, httpFails: 1 };
    centre.cuts();
    await time.pass(MINUTE);
    centre.weather = FAIR;
    browser.online.forEach((back) => {
      back();
    });
    await time.pass(50);
    expect(agent.connection.state).toBe("connected");
  });

  it("keeps at least 10 s away when told to slow down", async () => {
    const { time, centre, agent } = await signedIn();
    centre.closes(4029);
    await time.pass(9900);
    expect(agent.connection).toMatchObject({ state: "connecting", reason: "slowDown" });
    await time.pass(2000);
    expect(agent.connection.state).toBe("connected");
  });

  it("asks for a whole state when told to resynchronise", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    centre.closes(4012);
    await time.pass(2000);
    expect(iParams(heard, "Snapshot")).toEqual([1]);
  });

  it("ends for good when signed out, and tells Logout once", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    centre.signsOut();
    await time.pass(5 * MINUTE);
    expect(iParams(heard, "Logout")).toEqual([3]);
    expect(iParams(heard, "Connection").at(-1)).toBe(DISCONNECTED);
    expect(agent.connection.reason).toBe("signedOut");
    expect(agent.signedIn).toBeUndefined();
    expect(agent.doAction(7, 3, "1")).toBe(-1);
  });

  it("ends when another browser takes over, and comes back when asked to", async () => {
    const { time, centre, agent } = await signedIn();
    await time.pass(MINUTE);
    centre.closes(4009);
    await time.pass(5 * MINUTE);
    expect(agent.connection).toMatchObject({ state: "disconnected", reason: "superseded" });
    expect(agent.doAction(7, 3, "1")).toBe(-13);
    agent.takeOver();
    await time.pass(100);
    expect(agent.connection.state).toBe("connected");
  });

  it("does not take a late hello of its own for another browser", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    const givenUp = new FakeSocket(centre);
    centre.sockets.add(givenUp);
    centre.hears(givenUp, JSON.stringify(centre.frames[0]));
    await time.pass(2000);
    expect(reasons(heard)).toEqual(["2", "0"]);
    expect(agent.connection.state).toBe("connected");
  });

  it("asks for the missing events 150 ms after a gap showed", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    centre.weather = { ...FAIR, lose: 1 };
    centre.tells("Key", 0, { KEY: "1" });
    centre.weather = { ...FAIR, slowest: 0 };
    centre.tells("Key", 0, { KEY: "2" });
    await time.pass(149);
    expect(iParams(heard, "Key")).toEqual([]);
    await time.pass(10);
    expect(heard.map((e) => e.tags["KEY"])).toEqual(["1", "2"]);
  });

  it("notices at the next sign of life that the last event was lost", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    centre.weather = { ...FAIR, lose: 1 };
    centre.tells("Key", 0, { KEY: "1" });
    centre.weather = FAIR;
    await time.pass(21_000);
    expect(heard.map((e) => e.tags["KEY"])).toEqual(["1"]);
  });

  it("takes a whole state when more was missed than is sent one by one", async () => {
    const { time, centre, agent } = await signedIn();
    const heard = heardBy(agent);
    centre.cuts();
    await time.pass(5);
    Array.from({ length: 120 }, () => {
      centre.tells("Key", 0, { KEY: "1" });
    });
    await time.pass(5000);
    expect(iParams(heard, "Key")).toEqual([]);
    expect(iParams(heard, "Snapshot")).toEqual([1]);
  });
});
