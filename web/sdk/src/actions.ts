/** Where an action goes: to the owning tab, to this page's telephone, over the socket, or by HTTP. */

import type { Centre, Session } from "./centre.js";
import {
  type ActionName,
  ACTIONS,
  type CodeMap,
  type ConnectionState,
  nameOf,
  type Reason,
  RESULTS,
  STATES,
} from "./constants.js";
import type { ActionFrame, Facts, RequestFrame, ResultFrame } from "./frames.js";
import { refusal, wasAccepted } from "./requests.js";
import type { Role } from "./tabs.js";
import type { Telephone } from "./telephone.js";

/** What actions need to know, and what they go through. */
export interface ActionsParts {
  readonly centre: Centre;
  readonly telephone: Telephone;
  codes(): CodeMap;
  facts(): Facts;
  role(): Role;
  status(): { readonly state: ConnectionState; readonly reason: Reason };
  session(): Session | undefined;
  /** Gives an action to the tab that owns the socket. */
  toOwner(frame: RequestFrame): void;
  /** Sends a frame over the socket; false when there is none. */
  send(frame: RequestFrame): boolean;
  /** Takes a result that did not come over the socket. */
  take(result: ResultFrame): void;
}

/** After these the page's telephone rings, to be picked up at once. */
const PICKED_UP: readonly (ActionName | undefined)[] = ["answer", "call", "pickUp"];

/** What a telephone can press; w waits. */
const KEYS = /^[0-9*#A-Dw]{1,32}$/;

/** Sends one agent's actions where they belong. */
export class Actions {
  readonly #parts: ActionsParts;
  /** Requests after whose acceptance the page's telephone picks up. */
  readonly #pickingUp = new Set<string>();
  /** Requests by which the agent's own microphone is to be off, or not. */
  readonly #muting = new Map<string, boolean>();

  constructor(parts: ActionsParts) {
    this.#parts = parts;
  }

  /** Whether the server has yet to say what it did of the agent's own muting: until then the telephone is ahead of it. */
  get muting(): boolean {
    return this.#muting.size > 0;
  }

  /** Sends an action or a control: gives 0, or why nothing was sent. */
  pass(frame: RequestFrame): number {
    const code = this.#reachable(frame);
    if (code === RESULTS.accepted && this.#parts.role() === "mirror") {
      this.#parts.toOwner(frame);
      return code;
    }
    return code === RESULTS.accepted ? this.#perform(frame) : code;
  }

  /** Hears a result: what was answered or called makes the page's telephone pick up. */
  closed({ tags, iParam }: ResultFrame): void {
    const request = tags["REQID"] ?? "";
    if (this.#pickingUp.delete(request) && wasAccepted(iParam)) {
      this.#parts.telephone.pickUp();
    }
    const muting = this.#muting.get(request);
    if (this.#muting.delete(request) && muting === false && !wasAccepted(iParam)) {
      // The others do not hear the agent: so the page says.
      void this.#parts.telephone.mute(true);
    }
  }

  /** Forgets what is under way. */
  forget(): void {
    this.#pickingUp.clear();
    this.forgetMuting();
  }

  /** The connection broke: nobody will say any more what was done of the muting. */
  forgetMuting(): void {
    this.#muting.clear();
  }

  /** An offer can be accepted by HTTP while the socket comes back; nothing else is sent. */
  #reachable(frame: RequestFrame): number {
    const { state, reason } = this.#parts.status();
    if (state === "connected" || (state === "connecting" && this.#named(frame) === "answer")) {
      return RESULTS.accepted;
    }
    return reason === "superseded" ? RESULTS.signedInElsewhere : RESULTS.notConnected;
  }

  /** Does an action in the tab that owns socket and microphone. */
  #perform(frame: RequestFrame): number {
    const name = this.#named(frame);
    if (frame.type === "action" && name === "mute" && this.#meansMicrophone(frame)) {
      void this.#mute(frame);
      return RESULTS.accepted;
    }
    if (frame.type === "action" && name === "sendDtmf" && this.#isServed) {
      void this.#press(frame);
      return KEYS.test(frame.sParam) ? RESULTS.accepted : RESULTS.badParameter;
    }
    if (name === "answer" && this.#lacksTelephone) {
      return RESULTS.noTelephone;
    }
    if (!this.#parts.send(frame) && !this.#sendByHttp(frame)) {
      return RESULTS.notConnected;
    }
    if (PICKED_UP.includes(name)) {
      this.#pickingUp.add(frame.requestId);
    }
    return RESULTS.accepted;
  }

  #named(frame: RequestFrame): ActionName | undefined {
    return frame.type === "action" ? nameOf(ACTIONS, this.#parts.codes().actions, frame.act) : undefined;
  }

  /** Only the tab that owns the microphone rings: where it has no telephone, no other tab's is registered. */
  get #lacksTelephone(): boolean {
    return this.#parts.session()?.device === "browser" && !this.#parts.telephone.inUse;
  }

  /** Who calls a flow is its customer: their keys are pressed here, where nobody but the flow hears them. */
  get #isServed(): boolean {
    const { agent, call } = this.#parts.facts();
    const own = call?.members.find(({ who }) => who === agent.agentId);
    return own?.role === "customer" && this.#parts.telephone.inUse;
  }

  #meansMicrophone({ sParam }: ActionFrame): boolean {
    const { agent, call } = this.#parts.facts();
    const whose = call?.members.find(({ leg }) => leg === sParam)?.who;
    return this.#parts.telephone.inUse && (whose === undefined || whose === agent.agentId);
  }

  /** The microphone is off, or on, at once; the server is told where there is a talk. */
  async #mute(frame: ActionFrame): Promise<void> {
    const on = frame.iParam === 1;
    const problem = await this.#parts.telephone.mute(on);
    if (problem || !this.#talks) {
      this.#closes(frame, problem ? RESULTS.carrierFailure : RESULTS.accepted, problem);
      return;
    }
    this.#muting.set(frame.requestId, on);
    if (!this.#parts.send(frame)) {
      this.#closes(frame, RESULTS.notConnected, refusal(RESULTS.notConnected).message);
    }
  }

  async #press(frame: ActionFrame): Promise<void> {
    if (KEYS.test(frame.sParam)) {
      const problem = await this.#parts.telephone.press(frame.sParam);
      this.#closes(frame, problem ? RESULTS.carrierFailure : RESULTS.accepted, problem);
    }
  }

  /** A supervisor who listens switches to speaking instead. */
  get #talks(): boolean {
    const { agent, call } = this.#parts.facts();
    return call?.state === "talking" && agent.state !== STATES.monitoring;
  }

  #closes({ requestId }: ActionFrame, code: number, message: string): void {
    this.#parts.take({ type: "ActionResult", iParam: code, callId: "", tags: { REQID: requestId, MSG: message } });
  }

  #sendByHttp(frame: RequestFrame): boolean {
    const session = this.#parts.session();
    if (frame.type !== "action" || this.#named(frame) !== "answer" || !session) {
      return false;
    }
    void this.#parts.centre.act(session.token, frame).then((result) => {
      this.#parts.take(result);
    });
    return true;
  }
}
