import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TwilioVoiceDevice, type VoiceCall, type VoiceDevice } from "../src/telephones/twilio-voice.js";
import type { DeviceIdentity } from "../src/device.js";

type Heard = (told: never) => void;

/** Whatever tells events, as the SDK's objects do. */
class Telling {
  readonly done: string[] = [];
  readonly #heard = new Map<string, Heard[]>();

  on(event: string, heard: Heard): void {
    this.#heard.set(event, [...(this.#heard.get(event) ?? []), heard]);
  }

  tells(event: string, told?: unknown): void {
    this.#heard.get(event)?.forEach((heard) => {
      heard(told as never);
    });
  }

  note(what: string): void {
    this.done.push(what);
  }
}

/** Twilio's Call, as far as its documents say how it behaves. */
class FakeCall extends Telling implements VoiceCall {
  readonly parameters = { From: "+8675583000000" };
  /** The error that picking up ends in. */
  broken: unknown;

  accept(): void {
    this.note("accept");
    queueMicrotask(() => {
      if (this.broken) this.tells("error", this.broken);
      else this.tells("accept");
    });
  }

  reject(): void {
    this.note("reject");
    this.tells("reject");
  }

  disconnect(): void {
    this.note("disconnect");
    this.tells("disconnect");
  }

  mute(on: boolean): void {
    this.note(`mute ${String(on)}`);
  }

  sendDigits(digits: string): void {
    this.note(`digits ${digits}`);
  }
}

/** Twilio's Device; `refusals` are the errors that its next registrations end in. */
class FakeVoice extends Telling implements VoiceDevice {
  constructor(
    readonly token: string,
    readonly refusals: unknown[],
  ) {
    super();
  }

  register(): Promise<void> {
    this.note("register");
    const refusal = this.refusals.shift();
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the SDK's errors are such objects
    return refusal ? Promise.reject(refusal) : Promise.resolve();
  }

  updateToken(token: string): void {
    this.note(`token ${token}`);
  }

  destroy(): void {
    this.note("destroy");
  }
}

/** A page's telephone at Twilio, and what became of it. */
function scene(refusals: unknown[] = []) {
  const voices: FakeVoice[] = [];
  const troubles: string[] = [];
  let given = 0;
  const identity: DeviceIdentity = {
    agentId: "100",
    sliceNo: 1,
    credentials: () => Promise.resolve({ name: "agent_100", token: `t${++given}`, expiresAt: 0 }),
  };
  const open = (token: string): Promise<FakeVoice> => {
    const voice = new FakeVoice(token, refusals);
    voices.push(voice);
    return Promise.resolve(voice);
  };
  const onTrouble = (message: string): void => void troubles.push(message);
  const device = new TwilioVoiceDevice(open, { language: "en-US", onTrouble });
  const ring = (call = new FakeCall()): FakeCall => {
    voices.at(-1)!.tells("incoming", call);
    return call;
  };
  return { voices, troubles, identity, device, ring };
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

describe("the telephone at Twilio", () => {
  it("registers with the session's token, rings, picks up, is muted, sends keys and hangs up", async () => {
    const { device, identity, voices, ring } = scene();
    const heard: string[] = [];
    device.onIncoming = ({ from }) => heard.push(from);
    await device.register(identity);
    expect(voices.map(({ token, done }) => [token, done])).toEqual([["t1", ["register"]]]);
    const call = ring();
    await device.answer();
    await device.mute(true);
    await device.sendDigits("12#");
    await device.hangUp();
    expect(heard).toEqual(["+8675583000000"]);
    expect(call.done).toEqual(["mute false", "accept", "mute true", "digits 12#", "disconnect"]);
  });

  it("picks up what rings within ten seconds, as after a call that was dialled, and else says that nothing does", async () => {
    const { device, identity, ring } = scene();
    await device.register(identity);
    const answered = device.answer();
    const call = ring();
    await answered;
    expect(call.done).toContain("accept");
    const late = said(device.answer());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await late).toBe("Nothing rings at this page's telephone.");
  });

  it("leaves a broken line for the one that the centre rings again", async () => {
    const { device, identity, ring } = scene();
    await device.register(identity);
    const first = ring();
    await device.answer();
    const second = ring();
    await device.answer();
    expect(first.done.at(-1)).toBe("disconnect");
    expect(second.done).toContain("accept");
  });

  it("forgets a ring that was taken back", async () => {
    const { device, identity, ring } = scene();
    await device.register(identity);
    ring().tells("cancel");
    const answered = said(device.answer());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await answered).toBe("Nothing rings at this page's telephone.");
  });

  it("says when it was lost and when it is back", async () => {
    const { device, identity, voices } = scene();
    const ready: boolean[] = [];
    device.onReady = (now) => ready.push(now);
    await device.register(identity);
    voices[0]!.tells("unregistered");
    voices[0]!.tells("registered");
    expect(ready).toEqual([false, true]);
  });

  it("gets a fresh token before the old one ends", async () => {
    const { device, identity, voices } = scene();
    await device.register(identity);
    voices[0]!.tells("tokenWillExpire");
    await vi.advanceTimersByTimeAsync(0);
    expect(voices[0]!.done).toEqual(["register", "token t2"]);
  });

  it("says that Twilio cannot be reached, and goes on trying with new tokens", async () => {
    const { device, identity, voices } = scene([{ code: 53000, message: "x" }, { code: 31005 }]);
    expect(await said(device.register(identity))).toBe("The telephone cannot reach the carrier; it goes on trying.");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(voices.map(({ token, done }) => [token, done])).toEqual([
      ["t1", ["register", "destroy"]],
      ["t2", ["register", "destroy"]],
      ["t3", ["register"]],
    ]);
  });

  it("picks up muted, before the call has sound at all, where it was told to be", async () => {
    const { device, identity, ring } = scene();
    await device.register(identity);
    await device.mute(true);
    const call = ring();
    await device.answer();
    expect(call.done).toEqual(["mute true", "accept"]);
  });

  it("is let go for good, though a registration was still under way", async () => {
    const { device, identity, voices } = scene();
    const registering = said(device.register(identity));
    device.dispose();
    await registering;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(voices.map(({ done }) => done)).toEqual([["destroy"]]);
  });

  it.each([
    [31401, "The microphone was refused, so the customer cannot hear you: allow it in the browser's address bar."],
    [31402, "The microphone cannot be used: is another program holding it?"],
    [31003, "The telephone's line broke. (31003)"],
  ])("says why it could not pick up (%d)", async (code, words) => {
    const { device, identity, ring } = scene();
    await device.register(identity);
    const call = new FakeCall();
    call.broken = { code, message: "theirs" };
    ring(call);
    expect(await said(device.answer())).toBe(words);
  });

  it("tells of trouble that nobody asked about, and not of a device that is gone", async () => {
    const { device, identity, voices, troubles } = scene();
    await device.register(identity);
    voices[0]!.tells("error", { code: 20104 });
    device.dispose();
    voices[0]!.tells("error", { code: 53000 });
    expect(troubles).toEqual(["The carrier refuses this page's telephone: tell your administrator."]);
  });

  it("does nothing before it is registered", async () => {
    const { device } = scene();
    expect(await said(device.answer())).toBe("This page's telephone is not registered yet.");
    await device.sendDigits("1");
    await device.hangUp();
  });
});
