// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DeviceIdentity } from "../src/device.js";
import { SipPhoneDevice } from "../src/telephones/sip-phone.js";
import { SipTrouble } from "../src/telephones/sip-registration.js";
import { FakeAsterisk, FakeSound } from "./fakes/sip.js";
import type { LineError } from "../src/telephones/media-line.js";

const UNREACHABLE = "The telephone cannot reach the carrier; it goes on trying.";
const REFUSED = "The carrier refuses this page's telephone: tell your administrator.";
const HOUR = 3_600_000;

/** A page's telephone, the Asterisk that knows its secrets at once, and what became of both. */
function scene({ language = "en-US", lets = true } = {}) {
  const asterisk = new FakeAsterisk();
  const sounds: FakeSound[] = [];
  const troubles: string[] = [];
  const ready: boolean[] = [];
  const set = {
    name: "agent_100@hq",
    refusal: undefined as LineError["code"] | undefined,
    signedOut: false,
    bad: false,
  };
  let given = 0;
  const identity: DeviceIdentity = {
    agentId: "100",
    sliceNo: 1,
    credentials: () => {
      if (set.signedOut) return Promise.reject(new Error("Signed out."));
      const token = `s${++given}`;
      if (lets) asterisk.secrets.set(set.name, token);
      return Promise.resolve({ name: set.name, token, expiresAt: Date.now() + HOUR });
    },
  };
  const device = new SipPhoneDevice(
    {
      open: ({ name, token }) =>
        set.bad ? Promise.reject(new SipTrouble("bad-place")) : Promise.resolve(asterisk.opens(name, token)),
      sound: () => {
        const sound = new FakeSound(set.refusal);
        sounds.push(sound);
        return sound;
      },
      ice: [{ urls: "stun:stun.example" }],
    },
    { language, onTrouble: (message) => void troubles.push(message) },
  );
  device.onReady = (now) => void ready.push(now);
  return { asterisk, device, identity, sounds, troubles, ready, set };
}

const said = (doing: Promise<void>): Promise<string> =>
  doing.then(
    () => "",
    (error: unknown) => (error as Error).message,
  );

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the telephone at Asterisk", () => {
  it("registers with the session's secret, rings, picks up, is muted, sends keys and hangs up", async () => {
    const { device, identity, asterisk, sounds } = scene();
    const heard: string[] = [];
    device.onIncoming = ({ from }) => heard.push(from);
    await device.register(identity);
    const call = asterisk.agent.rings();
    await device.answer();
    await device.mute(true);
    await device.sendDigits("12#");
    await device.hangUp();
    expect([asterisk.registers, heard]).toEqual([["s1"], ["+8675583000000"]]);
    expect(call.done).toEqual(['answer by [{"urls":"stun:stun.example"}]', "12# by RFC2833 100 100", "bye"]);
    expect(sounds.map(({ done }) => done)).toEqual([["open", "plays", "microphone", "muted", "close"]]);
  });

  it("is told of no number where the caller withholds it", async () => {
    const { device, identity, asterisk } = scene();
    const heard: string[] = [];
    device.onIncoming = ({ from }) => heard.push(from);
    await device.register(identity);
    asterisk.agent.rings("anonymous");
    expect(heard).toEqual([""]);
  });

  it("picks up what rings within ten seconds, as after a call that was dialled, and else says that nothing does", async () => {
    const { device, identity, asterisk } = scene();
    await device.register(identity);
    const answered = device.answer();
    const call = asterisk.agent.rings();
    await answered;
    expect(call.isEstablished()).toBe(true);
    const late = said(device.answer());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await late).toBe("Nothing rings at this page's telephone.");
  });

  it("picks up only once what it was asked to pick up twice", async () => {
    const { device, identity, asterisk } = scene();
    await device.register(identity);
    const [first, second] = [said(device.answer()), said(device.answer())];
    asterisk.agent.rings();
    expect(await Promise.all([first, second])).toEqual(["Nothing rings at this page's telephone.", ""]);
  });

  it("leaves a broken line for the one that the centre rings again", async () => {
    const { device, identity, asterisk, sounds } = scene();
    await device.register(identity);
    const first = asterisk.agent.rings();
    await device.answer();
    const second = asterisk.agent.rings();
    await device.answer();
    expect([first.isEnded(), second.isEstablished()]).toEqual([true, true]);
    expect(sounds.map(({ done }) => done.at(-1))).toEqual(["close", "microphone"]);
  });

  it("declines what rings, and forgets a ring that was taken back", async () => {
    const { device, identity, asterisk } = scene();
    await device.register(identity);
    const declined = asterisk.agent.rings();
    await device.hangUp();
    expect(declined.done).toEqual(["decline 603"]);
    asterisk.agent.rings().ends("Canceled");
    const answered = said(device.answer());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await answered).toBe("Nothing rings at this page's telephone.");
  });

  it("says so when the caller gave up while the line was being made", async () => {
    const { device, identity, asterisk, sounds } = scene();
    await device.register(identity);
    const call = asterisk.agent.rings();
    call.soundComes = false;
    const answered = said(device.answer());
    await vi.advanceTimersByTimeAsync(100);
    call.ends("Canceled");
    expect(await answered).toBe("Nothing rings at this page's telephone.");
    expect(sounds[0]!.done).toEqual(["open", "plays", "close"]);
  });

  it("picks up muted, before the microphone is open at all, where it was told to be, and stays so when JsSIP switches it", async () => {
    const { device, identity, asterisk, sounds } = scene();
    await device.register(identity);
    await device.mute(true);
    const call = asterisk.agent.rings();
    await device.answer();
    call.tells("unhold");
    expect(sounds[0]!.done).toEqual(["muted", "plays", "microphone", "muted"]);
  });

  it.each([
    ["en-US", "The microphone was refused, so the customer cannot hear you: allow it in the browser's address bar."],
    ["zh-CN", "麦克风被拒绝，客户听不到您：请在浏览器地址栏中允许使用麦克风。"],
  ])("says in words (%s) that the microphone was refused, and lets the agent hear", async (language, words) => {
    const { device, identity, asterisk, set } = scene({ language });
    set.refusal = "refused-microphone";
    await device.register(identity);
    const call = asterisk.agent.rings();
    expect(await said(device.answer())).toBe(words);
    expect(call.isEstablished()).toBe(true);
  });

  it("tells of a talk whose sound broke, and not of one that somebody ended", async () => {
    const { device, identity, asterisk, troubles } = scene();
    await device.register(identity);
    asterisk.agent.rings();
    await device.answer();
    asterisk.agent.calls[0]!.ends("Terminated");
    asterisk.agent.rings();
    await device.answer();
    asterisk.agent.calls[1]!.ends("RTP Timeout");
    expect(troubles).toEqual(["The telephone's line broke."]);
  });

  it("sends no keys without a talk, nor what is no key", async () => {
    const { device, identity, asterisk } = scene();
    await device.register(identity);
    const call = asterisk.agent.rings();
    await device.sendDigits("1");
    await device.answer();
    expect(await said(device.sendDigits("1a2x"))).toBe("A telephone has the keys 0 to 9, * and #.");
    expect(call.done).toHaveLength(1);
  });

  it("hangs up when its page goes away, and stays where it is registered", async () => {
    const { device, identity, asterisk } = scene();
    await device.register(identity);
    const call = asterisk.agent.rings();
    await device.answer();
    dispatchEvent(new Event("pagehide"));
    expect([call.done.at(-1), asterisk.agent.registered]).toEqual(["bye", true]);
  });

  it("does nothing before it is registered", async () => {
    const { device } = scene();
    expect(await said(device.answer())).toBe("This page's telephone is not registered yet.");
    await device.sendDigits("1");
    await device.hangUp();
    device.dispose();
  });
});

describe("the registration at Asterisk", () => {
  it("is tried again quickly while the secret is on its way", async () => {
    const { device, identity, asterisk, ready, troubles } = scene({ lets: false });
    const registering = said(device.register(identity));
    await vi.advanceTimersByTimeAsync(2000);
    asterisk.secrets.set("agent_100@hq", "s1");
    await vi.advanceTimersByTimeAsync(600);
    expect(await registering).toBe("");
    expect([asterisk.registers, ready, troubles]).toEqual([["s1", "s1", "s1", "s1"], [true], []]);
  });

  it("says at last that it is refused, and goes on with fresh secrets until it is let in", async () => {
    const { device, identity, asterisk, ready, troubles } = scene({ lets: false });
    const registering = said(device.register(identity));
    await vi.advanceTimersByTimeAsync(8500);
    expect(await registering).toBe(REFUSED);
    asterisk.secrets.set("agent_100@hq", "s2");
    await vi.advanceTimersByTimeAsync(5000);
    expect(asterisk.registers).toEqual([...Array<string>(6).fill("s1"), "s2"]);
    expect([ready, troubles, asterisk.agents.length]).toEqual([[false, true], [], 1]);
  });

  it("gets another secret at once, and without a word, when Asterisk has begun anew and knows the old one no more", async () => {
    const { device, identity, asterisk, ready, troubles } = scene();
    await device.register(identity);
    await vi.advanceTimersByTimeAsync(60_000);
    asterisk.goesAway();
    asterisk.secrets.clear();
    asterisk.comesBack();
    await vi.advanceTimersByTimeAsync(0);
    expect([asterisk.registers, asterisk.agents.length]).toEqual([["s1", "s1", "s2"], 1]);
    expect([ready, troubles]).toEqual([[true, false, true], [UNREACHABLE]]);
  });

  it("cannot be rung while it gets another secret for one that Asterisk has forgotten", async () => {
    const { device, identity, asterisk, ready, set } = scene();
    await device.register(identity);
    await vi.advanceTimersByTimeAsync(60_000);
    asterisk.secrets.clear();
    set.signedOut = true;
    asterisk.agent.register();
    await vi.advanceTimersByTimeAsync(0);
    expect(ready).toEqual([true, false]);
    set.signedOut = false;
    await vi.advanceTimersByTimeAsync(5000);
    expect([ready.at(-1), asterisk.agents.length]).toEqual([true, 1]);
  });

  it("says that Asterisk cannot be reached, and is there when it is back", async () => {
    const { device, identity, asterisk, ready } = scene();
    asterisk.reachable = false;
    expect(await said(device.register(identity))).toBe(UNREACHABLE);
    asterisk.comesBack();
    await vi.advanceTimersByTimeAsync(0);
    expect([asterisk.agent.registered, ready]).toEqual([true, [false, true]]);
  });

  it("says when the line was lost, once, forgets what rang over it, keeps the talk, and says when it is back", async () => {
    const { device, identity, asterisk, ready, troubles } = scene();
    await device.register(identity);
    const talk = asterisk.agent.rings();
    await device.answer();
    asterisk.agent.rings();
    asterisk.goesAway();
    asterisk.agent.connects();
    expect([ready, troubles]).toEqual([[true, false], [UNREACHABLE]]);
    const answered = said(device.answer());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await answered).toBe("Nothing rings at this page's telephone.");
    asterisk.comesBack();
    await vi.advanceTimersByTimeAsync(0);
    expect([talk.isEnded(), ready.at(-1)]).toEqual([false, true]);
  });

  it("is looked after as soon as the browser says that there is a network", async () => {
    const { device, identity, asterisk } = scene();
    await device.register(identity);
    dispatchEvent(new Event("online"));
    expect(asterisk.registers).toEqual(["s1", "s1"]);
    device.dispose();
    dispatchEvent(new Event("online"));
    expect(asterisk.registers).toHaveLength(2);
  });

  it("gets another secret before the old one ends, without a word and without touching the talk", async () => {
    const { device, identity, asterisk, ready } = scene();
    await device.register(identity);
    const talk = asterisk.agent.rings();
    await device.answer();
    await vi.advanceTimersByTimeAsync(HOUR - 60_000);
    asterisk.agent.register();
    await vi.advanceTimersByTimeAsync(0);
    expect(asterisk.registers).toEqual(["s1", "s2"]);
    expect([talk.isEnded(), asterisk.agents.length, ready]).toEqual([false, 1, [true]]);
  });

  it("does not ask all the time where the computer's clock is wrong", async () => {
    const { device, identity, asterisk } = scene();
    const credentials = vi.fn(() => Promise.resolve({ name: "agent_100@hq", token: "s", expiresAt: 0 }));
    asterisk.secrets.set("agent_100@hq", "s");
    await device.register({ ...identity, credentials });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(credentials).toHaveBeenCalledTimes(2);
  });

  it("moves to another pbx with the next secret, but not in the middle of a talk", async () => {
    const { device, identity, asterisk, set } = scene();
    await device.register(identity);
    const talk = asterisk.agent.rings();
    await device.answer();
    set.name = "agent_100@branch";
    await vi.advanceTimersByTimeAsync(HOUR);
    expect([asterisk.agents.length, talk.isEnded()]).toEqual([1, false]);
    await device.hangUp();
    await vi.advanceTimersByTimeAsync(5000);
    expect(asterisk.agents.map(({ stopped, registered }) => [stopped, registered])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it("is made good when a fresh secret could not be had at first", async () => {
    const { device, identity, asterisk, set } = scene();
    set.signedOut = true;
    expect(await said(device.register(identity))).toBe("Signed out.");
    set.signedOut = false;
    await vi.advanceTimersByTimeAsync(5000);
    expect(asterisk.agent.registered).toBe(true);
  });

  it("says that the deployment names no place that is one", async () => {
    const { device, identity, set } = scene();
    set.bad = true;
    expect(await said(device.register(identity))).toBe(
      "This page's telephone is not set up rightly (deployment.json): tell your administrator.",
    );
  });

  it("is let go for good, though it was still under way", async () => {
    const { device, identity, asterisk, ready } = scene();
    const registering = said(device.register(identity));
    device.dispose();
    await registering;
    await vi.advanceTimersByTimeAsync(2 * HOUR);
    expect([asterisk.registers, ready]).toEqual([[], []]);
  });

  it("ends talk, ring and registration with it, and may begin again", async () => {
    const { device, identity, asterisk, sounds } = scene();
    await device.register(identity);
    await device.mute(true);
    const talk = asterisk.agent.rings();
    await device.answer();
    device.dispose();
    expect([talk.isEnded(), asterisk.agent.stopped, sounds[0]!.done.at(-1)]).toEqual([true, true, "close"]);
    await device.register(identity);
    asterisk.agent.rings();
    await device.answer();
    expect([asterisk.registers, sounds[1]!.done[0]]).toEqual([["s1", "s2"], "open"]);
  });
});
