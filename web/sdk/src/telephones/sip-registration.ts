/**
 * Keeps a page's telephone registered at Asterisk: asks for secrets, registers, and begins again.
 *
 * JsSIP connects again and registers anew by itself. What it does not know is told here: that a secret may be on its
 * way to Asterisk still when the page has it, and that it ends.
 */

import type { DeviceIdentity, SoftphoneCredentials } from "../device.js";
import type { Trouble } from "./troubles.js";

/** A new secret reaches Asterisk some moments after the page: so long is waited after each refusal, then it is one. */
const TRY_AGAIN_MS = [300, 700, 1500, 2500, 3500] as const;

/** One that the page has had for longer is on its way no more: Asterisk has begun anew, or another took its place. */
const ON_ITS_WAY_MS = 9000;

/** After a refusal for good, or without credentials, others are asked for so much later. */
const BEGIN_AGAIN_MS = 5000;

/** So long before its end a secret is replaced. */
const RENEW_BEFORE_MS = 60_000;

/** A clock that is wrong must not make us ask all the time. */
const RENEW_AT_LEAST_MS = 30_000;

/** What came of a REGISTER that was not taken; no response where it did not get there. */
export interface Refusal {
  readonly response: unknown;
}

/** The part of JsSIP's UA that registers. */
export interface Registrar {
  on(event: "registered" | "disconnected", heard: () => void): unknown;
  on(event: "registrationFailed", heard: (refusal: Refusal) => void): unknown;
  start(): void;
  stop(): void;
  register(): void;
  set(parameter: "password", value: string): boolean;
}

/** What a registration goes by, and whom it tells. */
export interface RegistrationParts<Agent extends Registrar> {
  /** Makes an agent for a secret, which is not started yet; throws where the place is none. */
  open(credentials: SoftphoneCredentials): Promise<Agent>;
  /** There is another agent now, to be listened to. */
  opened(agent: Agent): void;
  /** Whether something rings or is being talked at the agent, which must not be stopped. */
  busy(): boolean;
  /** It can be rung, or cannot any more. */
  ready(ready: boolean): void;
  /** What went wrong after it had been right. */
  trouble(trouble: Trouble): void;
}

/** What fails with words of our own. */
export class SipTrouble extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

/** One page's registration: from `begin` to `end`. */
export class SipRegistration<Agent extends Registrar> {
  readonly #parts: RegistrationParts<Agent>;
  #agent: Agent | undefined;
  #identity: DeviceIdentity | undefined;
  #name = "";
  #ready: boolean | undefined;
  #refusals = 0;
  /** When the secret came that is registered with, in ms since 1970. */
  #givenAt = 0;
  #settled: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #next: ReturnType<typeof setTimeout> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  readonly #online = (): void => this.#agent?.register();

  constructor(parts: RegistrationParts<Agent>) {
    this.#parts = parts;
  }

  /** The agent through which calls come, once there is one. */
  get agent(): Agent | undefined {
    return this.#agent;
  }

  /** Resolves when it is registered; rejects with what is wrong, and goes on trying. */
  begin(identity: DeviceIdentity): Promise<void> {
    this.end();
    this.#identity = identity;
    addEventListener("online", this.#online);
    return new Promise((resolve, reject) => {
      this.#settled = { resolve, reject };
      void this.#useFreshCredentials(identity);
    });
  }

  /** Lets go of everything; whoever waits for `begin` waits no longer. */
  end(): void {
    removeEventListener("online", this.#online);
    clearTimeout(this.#next);
    clearTimeout(this.#renewal);
    this.#agent?.stop();
    this.#settled?.resolve();
    this.#agent = this.#identity = this.#settled = this.#ready = undefined;
  }

  async #useFreshCredentials(identity: DeviceIdentity): Promise<void> {
    clearTimeout(this.#next);
    clearTimeout(this.#renewal);
    try {
      const credentials = await identity.credentials();
      if (identity !== this.#identity) return;
      this.#givenAt = Date.now();
      this.#refusals = 0;
      this.#renewal = this.#later(untilRenewal(credentials), identity);
      await this.#use(credentials, identity);
    } catch (error) {
      if (identity === this.#identity) this.#failed(error as Error, identity);
    }
  }

  /** A secret of the same name is the next to register with; another name is another agent's, at another place perhaps. */
  async #use(credentials: SoftphoneCredentials, identity: DeviceIdentity): Promise<void> {
    if (this.#agent && credentials.name === this.#name) {
      this.#agent.set("password", credentials.token);
      if (!this.#ready) this.#agent.register();
    } else if (this.#parts.busy()) {
      this.#next = this.#later(BEGIN_AGAIN_MS, identity);
    } else {
      await this.#open(credentials, identity);
    }
  }

  async #open(credentials: SoftphoneCredentials, identity: DeviceIdentity): Promise<void> {
    const agent = await this.#parts.open(credentials);
    if (identity !== this.#identity) return;
    this.#agent?.stop();
    this.#agent = agent;
    this.#name = credentials.name;
    this.#listen(agent, identity);
    this.#parts.opened(agent);
    agent.start();
  }

  #listen(agent: Agent, identity: DeviceIdentity): void {
    const ifOurs = (then: () => void) => () => {
      if (agent === this.#agent) then();
    };
    agent.on(
      "registered",
      ifOurs(() => {
        this.#registered();
      }),
    );
    agent.on(
      "disconnected",
      ifOurs(() => {
        this.#lost("unreachable");
      }),
    );
    agent.on("registrationFailed", ({ response }) => {
      if (agent === this.#agent && response) this.#refused(agent, identity);
    });
  }

  #registered(): void {
    this.#refusals = 0;
    this.#settled?.resolve();
    this.#settled = undefined;
    this.#tell(true);
  }

  /** The secret has not arrived yet; or it is over; or the tries are. */
  #refused(agent: Agent, identity: DeviceIdentity): void {
    clearTimeout(this.#next);
    const wait = TRY_AGAIN_MS[this.#refusals];
    if (this.#refusals === 0 && Date.now() - this.#givenAt > ON_ITS_WAY_MS) {
      this.#tell(false);
      void this.#useFreshCredentials(identity);
    } else if (wait === undefined) {
      this.#lost("refused");
      this.#next = this.#later(BEGIN_AGAIN_MS, identity);
    } else {
      this.#refusals++;
      this.#next = setTimeout(() => {
        agent.register();
      }, wait);
    }
  }

  #lost(trouble: Trouble): void {
    const told = this.#ready === false;
    this.#tell(false);
    if (this.#settled) this.#settled.reject(new SipTrouble(trouble));
    else if (!told) this.#parts.trouble(trouble);
    this.#settled = undefined;
  }

  /** Without credentials, or without a place to take them to. */
  #failed(error: Error, identity: DeviceIdentity): void {
    this.#settled?.reject(error);
    this.#settled = undefined;
    this.#next = this.#later(BEGIN_AGAIN_MS, identity);
  }

  #tell(ready: boolean): void {
    if (ready === this.#ready) return;
    this.#ready = ready;
    this.#parts.ready(ready);
  }

  #later(ms: number, identity: DeviceIdentity): ReturnType<typeof setTimeout> {
    return setTimeout(() => void this.#useFreshCredentials(identity), ms);
  }
}

function untilRenewal({ expiresAt }: SoftphoneCredentials): number {
  return Math.max(expiresAt - Date.now() - RENEW_BEFORE_MS, RENEW_AT_LEAST_MS);
}
