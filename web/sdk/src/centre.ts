/** The contact centre's HTTP interface. */

import { type CodeMap, RESULTS } from "./constants.js";
import type { TicketAnswer } from "./connection.js";
import type { SoftphoneCredentials } from "./device.js";
import type { ActionFrame, Greeting, ResultFrame } from "./frames.js";
import type { Answer, Question, Surroundings } from "./surroundings.js";

/** A signed-in page's session; `expiresAt` in ms since 1970. */
export interface Session {
  readonly token: string;
  readonly agentId: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly sliceNo: number;
  /** Where this agent's calls ring: "browser", "sip" or "phone". */
  readonly device: string;
  readonly expiresAt: number;
  /** The deployment's own integer codes. */
  readonly codes?: CodeMap;
  /** How this page calls itself to the centre, in every tab and after a reload. */
  readonly page?: string;
}

/** Who is signed in. */
export type SignedIn = Pick<Session, "agentId" | "name" | "roles" | "sliceNo">;

/** A recording, with an address that plays it for five minutes. */
export interface VocInfo {
  readonly vocId: string;
  readonly callId: string;
  readonly seconds: number;
  readonly url: string;
}

/** What the contact centre refused, with its code (see RESULTS) and words fit to be shown. */
export class AgentError extends Error {
  override readonly name = "AgentError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const CREATED = 201;
const UNAUTHORISED = 401;
const TICKET_REFUSALS = { 401: "signedOut", 409: "superseded" } as Readonly<Record<number, "signedOut" | "superseded">>;
const CODE_OF_STATUS: Readonly<Record<number, number>> = {
  0: RESULTS.notConnected,
  400: RESULTS.badParameter,
  401: RESULTS.notSignedIn,
  403: RESULTS.notPermitted,
  404: RESULTS.targetNotFound,
  409: RESULTS.notLegalNow,
  429: RESULTS.rateLimited,
  502: RESULTS.carrierFailure,
};

/** Asks the contact centre over HTTP. */
export class Centre {
  readonly #surroundings: Surroundings;
  readonly #api: string;

  constructor(surroundings: Surroundings, api: string) {
    this.#surroundings = surroundings;
    this.#api = api;
  }

  /** Asks a path; always resolves. */
  ask(method: Question["method"], path: string, bearer?: string, body?: Question["body"]): Promise<Answer> {
    const url = this.#api + path;
    return this.#surroundings.ask({ method, url, ...(bearer ? { bearer } : {}), ...(body ? { body } : {}) });
  }

  /** Signs in with a `password` or a login `code`; throws AgentError. */
  async openSession(proof: Readonly<Record<string, string>>): Promise<Session> {
    const answer = await this.ask("POST", "/agent/sessions", undefined, proof);
    return required(answer) as Session;
  }

  /** Signs out; throws AgentError. A session that has ended already is as good. */
  async closeSession(token: string): Promise<void> {
    const answer = await this.ask("DELETE", "/agent/sessions/current", token);
    if (answer.status !== UNAUTHORISED) {
      required(answer);
    }
  }

  /** Gets a ticket for one socket. */
  async ticket(token: string, greeting: Greeting): Promise<TicketAnswer> {
    const answer = await this.ask("POST", "/agent/socket-tickets", token, { ...greeting });
    if (answer.status === CREATED) {
      return { ticket: String(answer.body["ticket"]) };
    }
    return { refused: TICKET_REFUSALS[answer.status] ?? "noTicket" };
  }

  /** Gets what a page's telephone registers with; throws AgentError. */
  async softphoneCredentials(token: string): Promise<SoftphoneCredentials> {
    return required(await this.ask("POST", "/agent/softphone-credentials", token, {})) as SoftphoneCredentials;
  }

  /** Takes an action while the socket is away; gives what the socket would have answered. */
  async act(token: string, frame: ActionFrame): Promise<ResultFrame> {
    const answer = await this.ask("POST", "/agent/actions", token, { ...frame });
    const { code, message, callId } = isGood(answer)
      ? (answer.body as { code: number; message: string; callId: string })
      : { code: codeOf(answer), message: messageOf(answer), callId: "" };
    return { type: "ActionResult", iParam: code, callId, tags: { REQID: frame.requestId, MSG: message } };
  }

  /** Finds a recording; throws AgentError. */
  async recording(token: string, vocId: string): Promise<VocInfo> {
    return required(await this.ask("GET", recordingPath(vocId), token)) as VocInfo;
  }

  /** Finds a recording's address at once, blocking the page; "" when there is none. */
  recordingUrlNow(bearer: string, vocId: string): string {
    const url = this.#api + recordingPath(vocId);
    const answer = this.#surroundings.askBlocking({ method: "GET", url, bearer });
    return isGood(answer) ? String(answer.body["url"]) : "";
  }
}

function recordingPath(vocId: string): string {
  return `/agent/recordings/${encodeURIComponent(vocId)}`;
}

function isGood({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

function required(answer: Answer): unknown {
  if (isGood(answer)) {
    return answer.body;
  }
  throw new AgentError(codeOf(answer), messageOf(answer));
}

function codeOf({ status }: Answer): number {
  return CODE_OF_STATUS[status] ?? RESULTS.timedOut;
}

function messageOf({ status, body }: Answer): string {
  const told = body["message"];
  if (typeof told === "string") {
    return told;
  }
  return status === 0 ? "The contact centre cannot be reached." : `The contact centre answered ${status}.`;
}
