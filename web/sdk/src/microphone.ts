/** The page's telephone: registered while this tab owns the microphone, and let go otherwise. */

import type { DeviceIdentity, DevicePort } from "./device.js";

/** Uses a device for as long as this tab should. */
export class Microphone {
  readonly #device: DevicePort | undefined;
  readonly #complain: (message: string) => void;
  #agentId = "";

  constructor(device: DevicePort | undefined, complain: (message: string) => void) {
    this.#device = device;
    this.#complain = complain;
  }

  /** True while the device is registered from here. */
  get inUse(): boolean {
    return this.#agentId !== "";
  }

  /** Registers the device for an agent, or lets it go. */
  use(identity: DeviceIdentity | undefined): void {
    const agentId = identity?.agentId ?? "";
    if (!this.#device || this.#agentId === agentId) {
      return;
    }
    this.#agentId = agentId;
    if (identity) {
      this.#try(this.#device.register(identity));
    } else {
      this.#device.dispose();
    }
  }

  /** Picks up what rings, or is about to. */
  pickUp(): void {
    if (this.#device && this.inUse) {
      this.#try(this.#device.answer());
    }
  }

  /** Mutes or unmutes: gives "" or the problem. */
  async mute(on: boolean): Promise<string> {
    try {
      await this.#device?.mute(on);
      return "";
    } catch (error) {
      return words(error);
    }
  }

  /** Lets the device go. */
  dispose(): void {
    this.use(undefined);
  }

  #try(doing: Promise<void>): void {
    doing.catch((error: unknown) => {
      this.#complain(words(error));
    });
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : "The page's telephone failed.";
}
