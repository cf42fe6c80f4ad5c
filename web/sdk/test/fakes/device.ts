/** A page's telephone that writes down what it is asked to do. */

import type { DeviceIdentity, DevicePort } from "../../src/device.js";

/** A telephone; with `broken` set, everything it is asked fails with these words. */
export class FakeDevice implements DevicePort {
  onIncoming: DevicePort["onIncoming"];
  onReady: DevicePort["onReady"];
  readonly done: string[] = [];
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
    return this.#note("answer");
  }

  hangUp(): Promise<void> {
    return this.#note("hangUp");
  }

  mute(on: boolean): Promise<void> {
    return this.#note(`mute ${String(on)}`);
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
