/** Where an action goes: to the owning tab, to this page's telephone, over the socket, or by HTTP. */

import type { Centre, Session } from "./centre.js";
import { type ACTIONS, type ConnectionState, type Reason, RESULTS } from "./constants.js";
import type { ActionFrame, ResultFrame } from "./frames.js";
import { wasAccepted } from "./requests.js";
import type { Role } from "./tabs.js";
import type { Telephone } from "./telephone.js";

/** What actions need to know, and what they go through. */
export interface ActionsParts {
  readonly codes: Readonly<Record<keyof typeof ACTIONS, number>>;
  readonly centre: Centre;
  readonly telephone: Telephone;
  role(): Role;
  status(): { readonly state: ConnectionState; readonly reason: Reason };
  session(): Session | undefined;
  /** Gives an action to the tab that owns the socket. */
  toOwner(frame: ActionFrame): void;
  /** Sends a frame over the socket; false when there is none. */
  send(frame: ActionFrame): boolean;
  /** Takes a result that did not come over the socket. */
  take(result: ResultFrame): void;
}

/** Sends one agent's actions where they belong. */
export class Actions {
  readonly #parts: ActionsParts;
  /** Requests after whose acceptance the page's telephone picks up. */
  readonly #pickingUp = new Set<string>();

  constructor(parts: ActionsParts) {
    this.#parts = parts;
  }

  /** Sends an action: gives 0, or why nothing was sent. */
  pass(frame: ActionFrame): number {
    const code = this.#reachable(frame);
    if (code === RESULTS.accepted && this.#parts.role() === "mirror") {
      this.#parts.toOwner(frame);
      return code;
    }
    return code === RESULTS.accepted ? this.#perform(frame) : code;
  }

  /** Hears a result: what was answered or called makes the page's telephone pick up. */
  closed(frame: ResultFrame): void {
    if (this.#pickingUp.delete(frame.tags["REQID"] ?? "") && wasAccepted(frame.iParam)) {
      this.#parts.telephone.pickUp();
    }
  }

  /** Forgets what is under way. */
  forget(): void {
    this.#pickingUp.clear();
  }

  /** An offer can be accepted by HTTP while the socket comes back; nothing else is sent. */
  #reachable(frame: ActionFrame): number {
    const { state, reason } = this.#parts.status();
    if (state === "connected" || (state === "connecting" && frame.act === this.#parts.codes.answer)) {
      return RESULTS.accepted;
    }
    return reason === "superseded" ? RESULTS.signedInElsewhere : RESULTS.notConnected;
  }

  /** Does an action in the tab that owns socket and microphone. */
  #perform(frame: ActionFrame): number {
    const { codes, telephone } = this.#parts;
    if (frame.act === codes.mute && telephone.inUse) {
      void this.#mute(frame);
      return RESULTS.accepted;
    }
    if (frame.act === codes.answer && this.#lacksTelephone) {
      return RESULTS.noTelephone;
    }
    if (!this.#parts.send(frame) && !this.#sendByHttp(frame)) {
      return RESULTS.notConnected;
    }
    if (frame.act === codes.answer || frame.act === codes.call) {
      this.#pickingUp.add(frame.requestId);
    }
    return RESULTS.accepted;
  }

  /** Only the tab that owns the microphone rings: where it has no telephone, no other tab's is registered. */
  get #lacksTelephone(): boolean {
    return this.#parts.session()?.device === "browser" && !this.#parts.telephone.inUse;
  }

  async #mute({ requestId, iParam }: ActionFrame): Promise<void> {
    const problem = await this.#parts.telephone.mute(iParam === 1);
    const code = problem ? RESULTS.carrierFailure : RESULTS.accepted;
    this.#parts.take({ type: "ActionResult", iParam: code, callId: "", tags: { REQID: requestId, MSG: problem } });
  }

  #sendByHttp(frame: ActionFrame): boolean {
    const session = this.#parts.session();
    if (frame.act !== this.#parts.codes.answer || !session) {
      return false;
    }
    void this.#parts.centre.act(session.token, frame).then((result) => {
      this.#parts.take(result);
    });
    return true;
  }
}
