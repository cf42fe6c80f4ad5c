/** A contact centre with one agent, which behaves as the server does, over a network that behaves as badly as told. */

import type { CodeMap } from "../../src/constants.js";
import type { AgentEvent, Facts, Frame, Greeting, HelloFrame, Member } from "../../src/frames.js";
import type { Answer, Clock, Question, Socket } from "../../src/surroundings.js";
import type { Change } from "./roads.js";

/** How bad the network is: chances from 0 to 1, times in ms. */
export interface Weather {
  readonly lose: number;
  readonly double: number;
  readonly slowest: number;
  readonly httpFails: number;
}

/** Nothing is lost, and everything takes a few ms. */
export const FAIR: Weather = { lose: 0, double: 0, slowest: 4, httpFails: 0 };

const AT_REST = [1, 6, 7, 16];
const DISCONNECTED = 15;
const TALKING = 5;
const KNOWN_ACTIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 21, 22, 23, 24, 25, 26];
const MOST_RESUMED = 100;

/** The page's end of a socket. */
export class FakeSocket implements Socket {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  open = false;
  closed = false;

  constructor(readonly centre: FakeCentre) {}

  send(text: string): void {
    if (!this.open) {
      throw new Error("The socket is not open.");
    }
    this.centre.travels(() => {
      this.centre.hears(this, text);
    });
  }

  close(): void {
    if (!this.closed) {
      this.closed = true;
      this.open = false;
      this.centre.later(() => {
        this.centre.gone(this);
      });
    }
  }

  /** The network, or the server, ended it. */
  ends(code: number): void {
    if (!this.closed) {
      this.close();
      this.onclose?.({ code });
    }
  }
}

/** The server's side. */
export class FakeCentre {
  weather: Weather = FAIR;
  password = "right";
  device = "browser";
  /** What deployment.json beside the SDK says. */
  deployment: Readonly<Record<string, unknown>> = {};
  readonly sockets = new Set<FakeSocket>();
  readonly log: AgentEvent[] = [];
  readonly requests: string[] = [];
  /** Every frame that a page sent and that arrived. */
  readonly frames: unknown[] = [];
  /** Questions by HTTP, as "METHOD path". */
  readonly asked: string[] = [];
  readonly codes = new Set<string>();
  /** What an action is answered with. */
  answers: (act: number) => number = (act) => (KNOWN_ACTIONS.includes(act) ? 0 : -2);
  /** What a control is answered with. */
  controls: (control: number) => number = () => -5;
  /** The deployment's own codes, as who signs in is told. */
  codesInForce: CodeMap = {};
  readonly time: Clock;
  readonly random: () => number;
  readonly #road: readonly Change[];
  #inner: Facts | undefined;
  #changes = 0;
  #epoch = 0;
  #seq = 0;
  #socket: FakeSocket | undefined;
  /** The page that said hello last. */
  #page = "";
  #tickets = new Map<string, string>();
  #sessions = new Set<string>();
  #given = 0;

  constructor(time: Clock, random: () => number, road: readonly Change[]) {
    this.time = time;
    this.random = random;
    this.#road = road;
  }

  get position(): { epoch: number; seq: number } {
    return { epoch: this.#epoch, seq: this.#seq };
  }

  /** The agent and their call, as a snapshot would have them now. */
  get facts(): Facts {
    const { agent, call } = this.#inner!;
    return { agent: { ...agent, state: this.#visible(agent.state) }, call };
  }

  /** Goes on with the working day; false when it is over. */
  goesOn(): boolean {
    const change = this.#road[this.#changes];
    if (change) {
      this.#changes += 1;
      this.#inner = change.facts;
      change.events.forEach((event) => {
        this.#tells(event);
      });
    }
    return change !== undefined;
  }

  /** The agent has call c1 in hand, in this state: snapshots tell of it, and events by `tells`. */
  talks(state: "talking" | "recovering", members: readonly Member[] = []): void {
    const clocks = { startedAt: 1, talkSince: 1, heldSince: null, deadline: null };
    const call = {
      callId: "c1",
      state,
      direction: "inbound",
      vocId: "",
      recording: "stopped" as const,
      held: false,
      tags: {},
      members,
      ...clocks,
    };
    this.#inner = { agent: { ...this.#inner!.agent, state: TALKING }, call };
  }

  /** Tells a plain event, outside any working day. */
  tells(
    type: AgentEvent["type"],
    iParam: number,
    tags: Record<string, string>,
    callId = "c1",
    told: Readonly<Record<string, unknown>> = {},
  ): void {
    const ring = { offer: `${callId}-1`, deadline: this.time.now() + 20_000 };
    const data = { ...(type === "Ring" ? ring : {}), ...told };
    this.#tells({ type, iParam, tags, callId, data, at: this.time.now(), sliceNo: 7, epoch: 0, seq: 0, id: "" });
  }

  /** Signs the agent out, as the end of a kept seat does. */
  signsOut(): void {
    this.#sessions.clear();
    this.closes(4003);
  }

  /** Closes the agent's socket, its page told why by a frame. */
  closes(code: number): void {
    const socket = this.#socket;
    if (socket) {
      this.push(socket, { type: "close", code, reason: "" });
      // The gateway closes behind the last frame.
      this.time.after(this.weather.slowest + 1, () => {
        socket.ends(1005);
      });
    }
  }

  /** Breaks a socket without a word. */
  cuts(): void {
    const socket = [...this.sockets].at(-1);
    this.later(() => {
      socket?.ends(1006);
    });
  }

  /** Lets something cross the network, as the weather has it. */
  travels(arrive: () => void): void {
    if (this.random() >= this.weather.lose) {
      this.later(arrive);
    }
    if (this.random() < this.weather.double) {
      this.later(arrive);
    }
  }

  later(run: () => void): void {
    this.time.after(this.random() * this.weather.slowest, run);
  }

  push(socket: FakeSocket, frame: object): void {
    const data = JSON.stringify(frame);
    this.travels(() => {
      if (socket.open) {
        socket.onmessage?.({ data });
      }
    });
  }

  opens(protocols: string[]): FakeSocket {
    const socket = new FakeSocket(this);
    const ticket = protocols[1]?.replace("ticket.", "") ?? "";
    const known = protocols[0] === "icall.v1" && this.#tickets.delete(ticket);
    this.later(() => {
      if (!known || this.random() < this.weather.httpFails) {
        socket.ends(1006);
      } else if (!socket.closed) {
        socket.open = true;
        this.sockets.add(socket);
        socket.onopen?.(undefined as never);
      }
    });
    return socket;
  }

  /** $disconnect. */
  gone(socket: FakeSocket): void {
    this.sockets.delete(socket);
    if (this.#socket === socket) {
      const before = this.facts.agent.state;
      this.#socket = undefined;
      this.#tellsIfChanged(before);
    }
  }

  hears(socket: FakeSocket, text: string): void {
    if (!this.sockets.has(socket)) {
      return;
    }
    const frame = JSON.parse(text) as Omit<HelloFrame, "type"> & { type: string; requestId: string; act: number };
    this.frames.push(frame);
    if (frame.type === "hello") {
      this.#hello(socket, frame);
    } else if (frame.type === "heartbeat") {
      const ours = this.#socket === socket;
      this.push(socket, ours ? { type: "heartbeat", ...this.position } : this.#noMore(frame));
    } else {
      this.push(socket, this.#acts(frame));
    }
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve) => {
      this.later(() => {
        resolve(this.random() < this.weather.httpFails ? { status: 0, body: {} } : this.answer(question));
      });
    });
  }

  answer({ method, url, bearer, body }: Question): Answer {
    const path = new URL(url).pathname;
    this.asked.push(`${method} ${path}`);
    if (path === "/agent/sessions") {
      return this.#signIn(body ?? {});
    }
    if (path === "/sdk/deployment.json") {
      return { status: 200, body: this.deployment };
    }
    if (!this.#sessions.has(bearer ?? "")) {
      return { status: 401, body: { message: "The session has ended: sign in again." } };
    }
    if (path === "/agent/socket-tickets") {
      if (this.#isWithAnother(body as unknown as Greeting)) {
        return { status: 409, body: { message: "Another page of this agent took over." } };
      }
      const ticket = `t${++this.#given}`;
      this.#tickets.set(ticket, bearer ?? "");
      return { status: 201, body: { ticket } };
    }
    if (path === "/agent/softphone-credentials") {
      const expiresAt = this.time.now() + 3_600_000;
      return { status: 201, body: { name: "agent_100", token: `jwt${++this.#given}`, expiresAt } };
    }
    if (path === "/agent/actions") {
      const { iParam: code, tags, callId } = this.#acts(body as unknown as { requestId: string; act: number });
      return { status: 200, body: { code, message: tags["MSG"], callId } };
    }
    if (path === "/agent/sessions/current") {
      this.tells("Logout", 0, {}, "");
      this.#sessions.delete(bearer ?? "");
      this.closes(4003);
      return { status: 204, body: {} };
    }
    return recording(path);
  }

  #signIn(body: Readonly<Record<string, unknown>>): Answer {
    const proved = body["password"] === this.password || this.codes.delete(String(body["code"]));
    if (!proved) {
      return { status: 401, body: { message: "AgentID or password is wrong." } };
    }
    if (this.#epoch === 0) {
      this.#epoch = 1;
      this.goesOn();
    }
    const token = `s${++this.#given}`;
    this.#sessions.add(token);
    const expiresAt = this.time.now() + 12 * 3_600_000;
    const who = { agentId: body["agentId"], name: "张三", roles: ["agent"], sliceNo: 7 };
    return { status: 201, body: { ...who, token, device: this.device, expiresAt, codes: this.codesInForce } };
  }

  #isWithAnother({ page, again }: Greeting): boolean {
    return again && this.#page !== "" && this.#page !== page;
  }

  /** Why a socket is the agent's no more: another page took over, or this one is on another socket. */
  #noMore({ page }: Pick<Greeting, "page">): Frame {
    return { type: "close", code: this.#page === page ? 4010 : 4009, reason: "" };
  }

  #hello(socket: FakeSocket, frame: Omit<HelloFrame, "type">): void {
    const { epoch, lastSeq, page } = frame;
    if (this.#sessions.size === 0) {
      this.push(socket, { type: "close", code: 4003, reason: "" });
      return;
    }
    if (this.#isWithAnother(frame)) {
      this.push(socket, { type: "close", code: 4009, reason: "" });
      return;
    }
    const { epoch: ours, seq } = this.position;
    const missed = epoch === ours ? this.log.filter((event) => event.seq > lastSeq) : [];
    const [older, before] = [this.#socket, this.facts.agent.state];
    this.#socket = socket;
    this.#tellsIfChanged(before);
    if (older && older !== socket) {
      this.push(older, this.#noMore(frame));
    }
    this.#page = page;
    const complete = epoch === ours && seq - lastSeq === missed.length && missed.length <= MOST_RESUMED;
    this.push(socket, complete ? { type: "resume", epoch, seq, events: missed } : this.#snapshot());
  }

  #snapshot(): Frame {
    const at = this.time.now();
    return { type: "Snapshot", ...this.position, at, sliceNo: 7, iParam: 1, data: this.facts };
  }

  #acts({ requestId, act = 0, control }: { requestId: string; act?: number; control?: number }): {
    type: "ActionResult";
    iParam: number;
    callId: string;
    tags: Record<string, string>;
  } {
    const twice = this.requests.includes(requestId);
    this.requests.push(requestId);
    const answer = control === undefined ? this.answers(act) : this.controls(control);
    const iParam = twice ? -11 : answer;
    const MSG = iParam < 0 ? "Not now." : "";
    return { type: "ActionResult", iParam, callId: "", tags: { REQID: requestId, ACT: String(act), MSG } };
  }

  #visible(state: number): number {
    return !this.#socket && AT_REST.includes(state) ? DISCONNECTED : state;
  }

  #tellsIfChanged(before: number): void {
    const { state, reason, pending, since } = this.facts.agent;
    if (state !== before) {
      const tags = { STATE: String(state), REASON: reason, PENDING: pending, SINCE: String(since) };
      this.tells("State", state, tags, this.facts.call?.callId ?? "");
    }
  }

  #tells(event: AgentEvent): void {
    this.#seq += 1;
    const iParam = event.type === "State" ? this.#visible(event.iParam) : event.iParam;
    const told = { ...event, iParam, ...this.position, id: `${this.#epoch}.${this.#seq}` };
    this.log.push(told);
    if (this.#socket) {
      this.push(this.#socket, told);
    }
  }
}

function recording(path: string): Answer {
  const vocId = decodeURIComponent(path.replace("/agent/recordings/", ""));
  if (vocId !== "v 1") {
    return { status: 404, body: { message: "There is no file of this recording, or not yet." } };
  }
  return { status: 200, body: { vocId, callId: "c1", seconds: 3, url: "https://files.example/v1.mp3?signed" } };
}
