/** The deployment's telephone: a module of its own, loaded when an agent's calls are to ring in this page. */

import type { DeviceIdentity, DevicePort, TelephoneMaker, TelephonePlace } from "./device.js";
import type { Cancel, Surroundings } from "./surroundings.js";

const MODULES: Readonly<Record<TelephonePlace["kind"], string>> = {
  twilio: "twilio-voice",
  emulated: "emulated-carrier",
  sip: "sip-phone",
};

const LOAD_AGAIN_MS = 5000;

/** Stands in for the telephone until it is loaded, and hands everything on to it from then on. */
export class LoadedTelephone implements DevicePort {
  onIncoming: DevicePort["onIncoming"];
  onReady: DevicePort["onReady"];

  readonly #surroundings: Surroundings;
  readonly #sdk: string;
  readonly #place: true | TelephonePlace;
  readonly #onTrouble: (message: string) => void;
  #device: DevicePort | undefined;
  /** Which registration is meant: a later one, or `dispose`, makes an earlier one void. */
  #turn = 0;
  #again: Cancel | undefined;
  #muted = false;

  /** Which telephone it is, `place` says, or `deployment.json` beside the SDK at `api`. */
  constructor(
    surroundings: Surroundings,
    api: string,
    place: true | TelephonePlace,
    onTrouble: (message: string) => void,
  ) {
    this.#surroundings = surroundings;
    this.#sdk = `${api}/sdk`;
    this.#place = place;
    this.#onTrouble = onTrouble;
  }

  async register(identity: DeviceIdentity): Promise<void> {
    const turn = ++this.#turn;
    try {
      this.#device ??= await this.#load();
    } catch (error) {
      if (turn === this.#turn) {
        this.#again = this.#surroundings.clock.after(LOAD_AGAIN_MS, () => void this.#registerAgain(identity));
      }
      throw error;
    }
    if (turn === this.#turn) {
      const registering = this.#device.register(identity);
      // It begins with its microphone on; who was muted while it was being loaded is not heard afterwards either.
      await Promise.all([registering, ...(this.#muted ? [this.#device.mute(true)] : [])]);
    }
  }

  answer(): Promise<void> {
    return this.#device?.answer() ?? Promise.reject(new Error("This page's telephone is not loaded yet."));
  }

  hangUp(): Promise<void> {
    return this.#device?.hangUp() ?? Promise.resolve();
  }

  mute(on: boolean): Promise<void> {
    this.#muted = on;
    return this.#device?.mute(on) ?? Promise.resolve();
  }

  sendDigits(digits: string): Promise<void> {
    return this.#device?.sendDigits(digits) ?? Promise.resolve();
  }

  dispose(): void {
    this.#turn += 1;
    this.#muted = false;
    this.#again?.();
    this.#device?.dispose();
  }

  async #registerAgain(identity: DeviceIdentity): Promise<void> {
    try {
      await this.register(identity);
    } catch {
      // Told the first time; it goes on trying.
    }
  }

  async #load(): Promise<DevicePort> {
    const place = this.#place === true ? await this.#placeOfDeployment() : this.#place;
    const device = await this.#make(place);
    device.onIncoming = (leg) => this.onIncoming?.(leg);
    device.onReady = (ready) => this.onReady?.(ready);
    return device;
  }

  async #placeOfDeployment(): Promise<TelephonePlace> {
    const { body } = await this.#surroundings.ask({ method: "GET", url: `${this.#sdk}/deployment.json` });
    return (body["telephone"] ?? {}) as TelephonePlace;
  }

  async #make(place: TelephonePlace): Promise<DevicePort> {
    const url = `${this.#sdk}/telephones/${MODULES[place.kind]}.mjs`;
    try {
      const { telephone } = (await this.#surroundings.load(url)) as { readonly telephone: TelephoneMaker };
      return telephone(place, { language: this.#surroundings.language(), onTrouble: this.#onTrouble });
    } catch {
      throw new Error(`The page's telephone could not be loaded from ${this.#sdk}; it goes on trying.`);
    }
  }
}
