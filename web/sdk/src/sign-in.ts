/** Signing in and out: by a code that the business system's server asked for, or by password. */

import { AgentError, type Session } from "./centre.js";
import type { Settings } from "./config.js";
import { RESULTS } from "./constants.js";
import type { Outcome } from "./requests.js";
import { LOGGED_OUT, type Station } from "./station.js";
import type { Cancel, Clock } from "./surroundings.js";

/** How long before its end a session is renewed, or is told to be ending. */
const EXPIRING_MS = 5 * 60_000;

/** iParam of Auth. */
const AUTH = { expiring: 0, refreshed: 1, expired: 2 } as const;

/** Signs one station in and out, and keeps an eye on its session's end. */
export class SignIn {
  readonly #station: Station;
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #timers: Cancel[] = [];
  /** How the agent was vouched for, to ask for another code when the session ends. */
  #vouched: { readonly agentId: string; readonly isAdmin: boolean } | undefined;

  constructor(station: Station, settings: Settings, clock: Clock) {
    this.#station = station;
    this.#settings = settings;
    this.#clock = clock;
    station.onEntered = (session) => {
      this.#watch(session);
    };
  }

  /** Signs in by AgentID and password. */
  byPassword(agentId: string, password: string): Promise<Outcome> {
    this.#vouched = undefined;
    return this.#outcome(() => this.#enter({ agentId, password }));
  }

  /** Signs in an agent whom the business system vouches for: with `code`, or with one that `loginCode` gives. */
  byCode(agentId: string, isAdmin: boolean, code?: string): Promise<Outcome> {
    return this.#outcome(async () => {
      await this.#enter({ agentId, code: code ?? (await this.#loginCode(agentId, isAdmin)) });
      this.#vouched = { agentId, isAdmin };
    });
  }

  /** Signs out. */
  out(): Promise<Outcome> {
    return this.#outcome(async () => {
      const { session } = this.#station;
      if (session) {
        await this.#station.centre.closeSession(session.token);
        this.#station.leave(LOGGED_OUT.self);
      }
      this.dispose();
    });
  }

  /** Stops looking after the session. */
  dispose(): void {
    this.#timers.splice(0).forEach((cancel) => {
      cancel();
    });
  }

  async #enter(proof: Readonly<Record<string, string>>): Promise<void> {
    const { deviceKind } = this.#settings;
    const session = await this.#station.centre.openSession({ ...proof, ...(deviceKind ? { device: deviceKind } : {}) });
    this.#station.enter(session);
  }

  async #loginCode(agentId: string, isAdmin: boolean): Promise<string> {
    if (!this.#settings.loginCode) {
      const how = "give it as the third argument, or configure({ loginCode })";
      throw new AgentError(RESULTS.notSignedIn, `SetLoginInfo needs a login code from your own server: ${how}.`);
    }
    try {
      return await this.#settings.loginCode(agentId, isAdmin);
    } catch {
      throw new AgentError(RESULTS.notSignedIn, "The business system gave no login code.");
    }
  }

  #watch(session: Session): void {
    this.dispose();
    const left = session.expiresAt - this.#clock.now();
    this.#timers.push(
      this.#clock.after(Math.max(0, left - EXPIRING_MS), () => void this.#expiring(session)),
      this.#clock.after(left, () => {
        this.#tell(AUTH.expired, session);
      }),
    );
  }

  async #expiring(session: Session): Promise<void> {
    this.#tell(AUTH.expiring, session);
    if (this.#vouched && this.#settings.loginCode) {
      const { ok } = await this.byCode(this.#vouched.agentId, this.#vouched.isAdmin);
      if (ok) {
        this.#tell(AUTH.refreshed, this.#station.session ?? session);
      }
    }
  }

  #tell(iParam: number, session: Session): void {
    if (this.#station.session) {
      this.#station.tellOwn("Auth", iParam, { EXPIRES: String(session.expiresAt) });
    }
  }

  async #outcome(doing: () => Promise<void>): Promise<Outcome> {
    try {
      await doing();
      return { ok: true, code: RESULTS.accepted, message: "", requestId: 0, callId: "" };
    } catch (error) {
      if (!(error instanceof AgentError)) {
        throw error;
      }
      return { ok: false, code: error.code, message: error.message, requestId: 0, callId: "" };
    }
  }
}
