/** A page's telephone that writes down what it was told. */

import type { DeviceIdentity, DevicePort } from "../../src/device.js";

/** The telephone; `broken` is the problem that everything ends in. */
export class FakeDevice implements DevicePort {
  onIncoming: DevicePort["onIncoming"];
  onReady: DevicePort["onReady"];
  readonly done: string[] = [];
  /** Whether the microphone was off, as often as that was said, and at each picking up. */
  readonly mutes: boolean[] = [];
  readonly answeredMuted: (boolean | undefined)[] = [];
  identity: DeviceIdentity | undefined;
  broken = "";
  /** Ends the wait of `register`, where somebody waits. */
  registered: Promise<void> = Promise.resolve();

  async register(identity: DeviceIdentity): Promise<void> {
    this.identity = identity;
    await this.#note(`register ${identity.agentId}`);
    await this.registered;
  }

  answer(): Promise<void> {
    this.answeredMuted.push(this.mutes.at(-1));
    return this.#note("answer");
  }

  hangUp(): Promise<void> {
    return this.#note("hangUp");
  }

  mute(on: boolean): Promise<void> {
    this.mutes.push(on);
    return this.broken ? Promise.reject(new Error(this.broken)) : Promise.resolve();
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
