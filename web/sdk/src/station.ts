/** A signed-in page's place in the contact centre: session, tabs, connection, order of events, facts, requests. */

import { Actions } from "./actions.js";
import { Centre, type Session } from "./centre.js";
import type { Settings } from "./config.js";
import { Connection, type TicketAnswer } from "./connection.js";
import {
  CONNECTION_STATES,
  type ConnectionState,
  type EventName,
  type Reason,
  REASONS,
  RESULTS,
  withOwnCodes,
  ACTIONS,
  type CodeMap,
} from "./constants.js";
import type { HeardEvent } from "./events.js";
import { after, NOBODY } from "./facts.js";
import type {
  ActionFrame,
  AgentEvent,
  ControlFrame,
  ErrorFrame,
  Facts,
  Frame,
  Greeting,
  RequestFrame,
  ResultFrame,
  SnapshotFrame,
} from "./frames.js";
import { isEvent } from "./frames.js";
import { LoadedTelephone } from "./loaded-telephone.js";
import { type Outcome, refusal, Requests } from "./requests.js";
import { Sequence } from "./sequence.js";
import type { Answer, Cancel, Question, Surroundings } from "./surroundings.js";
import { type Posted, type Role, Tabs } from "./tabs.js";
import type { Tags } from "./tags.js";
import { NO_TELEPHONE, Telephone, type TelephoneFacts } from "./telephone.js";

/** What the connection is, and why. */
export interface ConnectionStatus {
  readonly state: ConnectionState;
  readonly reason: Reason;
  /** Until the next try, in ms; 0 where there will be none. */
  readonly retryMs: number;
}

/** So long after the end of a wrap-up the server's own timer has ended it, if it is not late. */
const WRAP_UP_OVERDUE_MS = 1000;

/** iParam of Logout, as far as a page can tell it by itself. */
export const LOGGED_OUT = { self: 0, connectionLost: 3, expired: 4 } as const;

type LoggedOut = (typeof LOGGED_OUT)[keyof typeof LOGGED_OUT];

/** What an action or a control consists of. */
export type Asked = Omit<ActionFrame, "requestId"> | Omit<ControlFrame, "requestId">;

const NO_CODES: CodeMap = {};

/** Everything between the object that the page holds and the contact centre. */
export class Station {
  readonly centre: Centre;
  /** Set by whoever looks after the session's end. */
  onEntered: ((session: Session) => void) | undefined;
  readonly #surroundings: Surroundings;
  readonly #settings: Settings;
  readonly #tell: (event: HeardEvent) => void;
  readonly #tab: string;
  readonly #tabs: Tabs;
  readonly #connection: Connection;
  readonly #sequence: Sequence;
  readonly #requests: Requests;
  readonly #telephone: Telephone;
  readonly #actions: Actions;
  readonly #offline: Cancel;
  #disposed = false;
  #session: Session | undefined;
  #facts: Facts = NOBODY;
  #status: ConnectionStatus = { state: "disconnected", reason: "none", retryMs: 0 };
  #telephoneFacts = NO_TELEPHONE;
  /** This page takes the agent from another browser's: they signed in here, or asked to use it here. */
  #takes = false;
  /** The server's clock is so many ms ahead of this one's. */
  #ahead = 0;

  constructor(surroundings: Surroundings, settings: Settings, tell: (event: HeardEvent) => void) {
    const { clock } = surroundings;
    this.#surroundings = surroundings;
    this.#settings = settings;
    this.#tell = tell;
    this.#tab = surroundings.unique();
    this.centre = new Centre(surroundings, settings.api);
    this.#requests = new Requests(clock, this.#tab, (closed) => {
      const { code, named, message, requestId, callId } = closed;
      this.tellOwn("ActionResult", code, { REQID: String(requestId), ...named, MSG: message }, callId);
    });
    this.#telephone = this.#newTelephone();
    this.#sequence = new Sequence(clock, {
      apply: (event) => {
        this.#apply(event);
      },
      adopt: (snapshot) => {
        this.#adopt(snapshot);
      },
      ask: () => {
        this.#ask();
      },
    });
    this.#connection = this.#newConnection();
    this.#actions = this.#newActions();
    this.#offline = surroundings.whenOnline(() => {
      this.#connection.hurry();
    });
    this.#tabs = new Tabs({
      surroundings,
      tab: this.#tab,
      name: `icall:${settings.api}`,
      share: settings.share,
      became: (role) => {
        this.#became(role);
      },
      heard: (message) => {
        this.#heard(message);
      },
    });
  }

  /** The session, or undefined when nobody is signed in here. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** The deployment's own integer codes: as the page was set up, else as its server says to who signs in. */
  get codes(): CodeMap {
    return this.#settings.codes ?? this.#session?.codes ?? NO_CODES;
  }

  /** The agent and their call. */
  get facts(): Facts {
    return this.#facts;
  }

  /** The connection, as the owning tab has it. */
  get status(): ConnectionStatus {
    return this.#status;
  }

  /** How the page's telephone is, in the tab that owns it. */
  get telephone(): TelephoneFacts {
    return this.#telephoneFacts;
  }

  /** What this tab is among its agent's tabs. */
  get role(): Role {
    return this.#tabs.role;
  }

  /** Goes on with the session that this tab had before it was reloaded, or that another tab has. */
  start(): void {
    const kept = this.#surroundings.store.getItem(this.#key);
    if (kept) {
      this.enter(JSON.parse(kept) as Session);
    } else {
      this.#tabs.post({ kind: "who" });
    }
  }

  /** Goes to work with a session. */
  enter(session: Session): void {
    if (this.#disposed) {
      return;
    }
    const same = this.#session?.agentId === session.agentId;
    const page = (same ? this.#session?.page : session.page) ?? this.#surroundings.unique();
    if (!same) {
      this.#forget();
      // One that has been in use has a page.
      this.#takes = session.page === undefined;
    }
    this.#session = { ...session, page };
    this.#surroundings.store.setItem(this.#key, JSON.stringify(this.#session));
    this.onEntered?.(session);
    if (!same) {
      this.#tabs.join(session.agentId);
    } else if (this.role === "owner") {
      this.#open();
    }
  }

  /** The session is over: nobody is signed in here any more. */
  leave(how: LoggedOut): void {
    if (this.#session) {
      this.#tabs.post({ kind: "signedOut", how });
      this.#left(how);
    }
  }

  /** Asks for an action: gives the request's number, or why nothing was sent. */
  act(asked: Asked, closed: (outcome: Outcome) => void): number {
    if (!this.#session) {
      return RESULTS.notSignedIn;
    }
    const named = asked.type === "action" ? { ACT: String(asked.act) } : { CONTROL: String(asked.control) };
    const { number, id } = this.#requests.open(named, closed);
    const frame: RequestFrame = { requestId: id, ...asked };
    const code = this.#actions.pass(frame);
    if (code !== RESULTS.accepted) {
      this.#requests.discard(id);
      return code;
    }
    return number;
  }

  /** Asks a path of the contact centre, signed in; always resolves. */
  ask(method: Question["method"], path: string, body?: Question["body"]): Promise<Answer> {
    return this.centre.ask(method, path, this.#session?.token, body);
  }

  /** Makes this tab the owner of socket and microphone, here and against other browsers. */
  takeOver(): void {
    this.#takes = this.#connection.state !== "connected";
    this.#tabs.takeOver();
    if (this.role === "owner") {
      this.#open();
    }
  }

  /** Tells an event that is this page's own, outside the numbered ones. */
  tellOwn(type: EventName, iParam: number, tags: Tags, callId = ""): void {
    const { epoch } = this.#sequence.position;
    const sliceNo = this.#session?.sliceNo ?? 0;
    const at = this.#surroundings.clock.now();
    const { call } = this.#facts;
    this.#tell({ type, epoch, seq: 0, id: "", at, callId, sliceNo, iParam, tags, data: {}, call });
  }

  /** Lets go of everything; other tabs of the agent go on, and so does the agent's session. */
  dispose(): void {
    this.#disposed = true;
    this.#offline();
    this.#tabs.dispose();
    this.#connection.close("disposed");
    this.#sequence.rest();
    this.#requests.closeAll(RESULTS.notConnected, "This object was disposed of.");
    this.#telephone.dispose();
    this.#session = undefined;
  }

  get #key(): string {
    return `icall:${this.#settings.api}:session`;
  }

  #newConnection(): Connection {
    const surroundings = this.#surroundings;
    return new Connection({
      clock: surroundings.clock,
      random: () => surroundings.random(),
      openSocket: (protocols) => surroundings.openSocket(this.#settings.socket, protocols),
      ticket: () => this.#ticket(),
      ask: () => {
        this.#sequence.ask();
      },
      replaced: () => (this.#tabs.shared ? "network" : "superseded"),
      beat: () => ({ type: "heartbeat", agentId: this.#session?.agentId ?? "", page: this.#greeting.page }),
      take: (frame) => {
        this.#take(frame);
      },
      moved: (state, reason, retryMs) => {
        this.#moved({ state, reason, retryMs });
      },
    });
  }

  #newActions(): Actions {
    return new Actions({
      centre: this.centre,
      telephone: this.#telephone,
      codes: () => this.codes,
      facts: () => this.#facts,
      role: () => this.role,
      status: () => this.#status,
      session: () => this.#session,
      toOwner: (frame) => {
        this.#tabs.post({ kind: "action", frame });
      },
      send: (frame) => this.#connection.send(frame),
      take: (result) => {
        this.#take(result);
      },
    });
  }

  #newTelephone(): Telephone {
    return new Telephone({
      device: this.#settings.device ?? this.#loadedTelephone(),
      clock: this.#surroundings.clock,
      shared: this.#surroundings.shared,
      muteKey: () => `icall:${this.#settings.api}:mute:${this.#session?.agentId ?? ""}`,
      callBack: (callId) => {
        const act = withOwnCodes(ACTIONS, this.codes.actions).answer;
        this.act({ type: "action", act, iParam: 0, sParam: callId }, () => undefined);
      },
      changed: (facts) => {
        this.#tellTelephone(facts);
        this.#tabs.post({ kind: "telephone", facts });
      },
      complain: (message) => {
        this.#complain(message);
      },
    });
  }

  #loadedTelephone(): LoadedTelephone | undefined {
    const { telephone, api } = this.#settings;
    return telephone
      ? new LoadedTelephone(this.#surroundings, api, telephone, (message) => {
          this.#complain(message);
        })
      : undefined;
  }

  #complain(message: string): void {
    this.tellOwn("Error", RESULTS.carrierFailure, { MSG: message });
  }

  async #ticket(): Promise<TicketAnswer> {
    if (!this.#session) {
      return { refused: "signedOut" };
    }
    const answer = await this.centre.ticket(this.#session.token, this.#greeting);
    // Only the telephone of the agent's own page may ring, and before the page says hello it must be able to.
    if ("ticket" in answer) {
      this.#useTelephone();
      await this.#telephone.ready;
    }
    return answer;
  }

  get #greeting(): Greeting {
    return { page: this.#session?.page ?? "", again: !this.#takes };
  }

  /** Connects, unless another browser has the agent now: then they decide. */
  #open(): void {
    if (this.#takes || this.#status.reason !== "superseded") {
      this.#connection.open();
    }
  }

  #take(frame: Frame): void {
    if (isEvent(frame)) {
      this.#sequence.event(frame);
    } else if (frame.type === "resume") {
      this.#sequence.resume(frame);
      this.#followCall();
    } else if (frame.type === "Snapshot") {
      this.#sequence.snapshot(frame);
    } else {
      this.#takeUnnumbered(frame);
      this.#share(frame);
    }
  }

  #takeUnnumbered(frame: Frame): void {
    switch (frame.type) {
      case "heartbeat":
        this.#sequence.newest(frame);
        break;
      case "ActionResult":
        this.#requests.take(frame as ResultFrame);
        this.#actions.closed(frame as ResultFrame);
        break;
      case "Error":
        this.tellOwn("Error", (frame as ErrorFrame).iParam, (frame as ErrorFrame).tags);
        break;
    }
  }

  #apply(event: AgentEvent): void {
    const { wrapUpUntil } = this.#facts.agent;
    this.#facts = after(this.#facts, event);
    this.#ahead = Math.max(this.#ahead, event.at - this.#surroundings.clock.now());
    if (this.#facts.agent.wrapUpUntil !== wrapUpUntil) {
      this.#awaitEndOfWrapUp();
    }
    this.#share(event);
    this.#tell({ ...event, call: this.#facts.call });
    this.#followCall();
  }

  #adopt(snapshot: SnapshotFrame): void {
    this.#facts = snapshot.data;
    this.#ahead = snapshot.at - this.#surroundings.clock.now();
    this.#awaitEndOfWrapUp();
    this.#share(snapshot);
    const { type, epoch, seq, at, sliceNo, iParam, data } = snapshot;
    const { call } = data;
    this.#tell({ type, epoch, seq, id: "", at, callId: call?.callId ?? "", sliceNo, iParam, tags: {}, data, call });
    this.#followCall();
  }

  /** The server ends a wrap-up whose time is over at a sign of life, should its own timer be late. */
  #awaitEndOfWrapUp(): void {
    const until = this.#facts.agent.wrapUpUntil;
    const left = until - this.#surroundings.clock.now() - this.#ahead;
    this.#connection.beatAfter(until ? Math.max(0, left) + WRAP_UP_OVERDUE_MS : undefined);
  }

  #share(frame: Frame): void {
    if (this.role === "owner") {
      this.#tabs.post({ kind: "frame", frame });
    }
  }

  #ask(): void {
    const { epoch, seq } = this.#sequence.position;
    if (this.role === "owner") {
      this.#connection.hello({ type: "hello", epoch, lastSeq: seq, ...this.#greeting });
    } else {
      this.#tabs.post({ kind: "hello", epoch, seq });
    }
  }

  #became(role: Role): void {
    if (role === "owner") {
      this.#sequence.rest();
      this.#beginToOwn();
      return;
    }
    this.#useTelephone();
    if (role === "mirror") {
      // A socket that was ours is kept until the next owner has one: the agent is never without.
      this.#setStatus({ state: "connecting", reason: "starting", retryMs: 0 });
      this.#sequence.ask();
    } else {
      this.#connection.close("superseded");
    }
  }

  #beginToOwn(): void {
    if (this.#connection.state === "connected") {
      this.#useTelephone();
      this.#moved({ state: "connected", reason: "none", retryMs: 0 });
    } else {
      this.#open();
    }
  }

  #moved(status: ConnectionStatus): void {
    if (this.role !== "owner") {
      this.#connection.close("superseded");
      return;
    }
    this.#setStatus(status);
    this.#tabs.post({ kind: "connection", ...status });
    this.#takes &&= status.state === "connecting";
    if (status.state !== "connected") {
      this.#sequence.rest();
      this.#telephone.forgetRequests();
      this.#actions.forgetMuting();
    }
    if (status.reason === "superseded") {
      this.#telephone.forgetMute();
      this.#useTelephone();
    } else if (status.reason === "resynchronise") {
      this.#sequence.reset();
    } else if (status.reason === "signedOut") {
      const expired = (this.#session?.expiresAt ?? 0) <= this.#surroundings.clock.now();
      this.leave(expired ? LOGGED_OUT.expired : LOGGED_OUT.connectionLost);
    }
  }

  #setStatus(status: ConnectionStatus): void {
    const { state, reason, retryMs } = this.#status;
    if (status.state === state && status.reason === reason && status.retryMs === retryMs) {
      return;
    }
    this.#status = status;
    const tags = { REASON: String(REASONS[status.reason]), RETRY: String(status.retryMs) };
    this.tellOwn("Connection", CONNECTION_STATES[status.state], tags);
  }

  #heard(message: Posted): void {
    if (this.role === "owner") {
      this.#heardAsOwner(message);
    } else if (message.kind === "session" && !this.#session) {
      this.enter(message.session);
    } else if (message.kind === "frame") {
      this.#take(message.frame);
    } else if (message.kind === "connection") {
      this.#heardOfConnection(message);
    } else if (message.kind === "telephone") {
      this.#tellTelephone(message.facts);
    }
    if (message.kind === "signedOut" && this.#session) {
      this.#left(message.how);
    }
  }

  #heardOfConnection({ state, reason, retryMs }: ConnectionStatus): void {
    this.#setStatus({ state, reason, retryMs });
    if (state === "connected") {
      this.#connection.close("superseded");
    }
  }

  #heardAsOwner(message: Posted): void {
    if (message.kind === "who" && this.#session) {
      this.#tabs.post({ kind: "session", session: this.#session }, message.from);
    } else if (message.kind === "hello") {
      this.#bringUpToDate(message.from, message);
    } else if (message.kind === "action") {
      this.#performFor(message.from, message.frame);
    }
  }

  /** Answers a mirror's hello as the server answers ours. */
  #bringUpToDate(to: string, asked: { readonly epoch: number; readonly seq: number }): void {
    const { position } = this.#sequence;
    const events = this.#sequence.after(asked);
    this.#tabs.post({ kind: "connection", ...this.#status }, to);
    this.#tabs.post({ kind: "telephone", facts: this.#telephoneFacts }, to);
    if (events) {
      this.#tabs.post({ kind: "frame", frame: { type: "resume", ...position, events } }, to);
    } else if (position.epoch > 0) {
      const [at, sliceNo] = [this.#surroundings.clock.now() + this.#ahead, this.#session?.sliceNo ?? 0];
      const frame: SnapshotFrame = { type: "Snapshot", ...position, at, sliceNo, iParam: 1, data: this.#facts };
      this.#tabs.post({ kind: "frame", frame }, to);
    }
  }

  #performFor(to: string, frame: RequestFrame): void {
    const code = this.#actions.pass(frame);
    if (code !== RESULTS.accepted) {
      const lost = "The tab that owns the connection has lost it.";
      const tags = { REQID: frame.requestId, MSG: code === RESULTS.noTelephone ? refusal(code).message : lost };
      this.#tabs.post({ kind: "frame", frame: { type: "ActionResult", iParam: code, callId: "", tags } }, to);
    }
  }

  #useTelephone(): void {
    const here = this.role === "owner" && this.#status.reason !== "superseded";
    const wanted = here && this.#session?.device === "browser" ? this.#session : undefined;
    this.#telephone.use(
      wanted && {
        agentId: wanted.agentId,
        sliceNo: wanted.sliceNo,
        credentials: () => this.centre.softphoneCredentials(this.#session?.token ?? ""),
      },
    );
  }

  #followCall(): void {
    if (this.role === "owner" && this.#status.state === "connected") {
      this.#telephone.follow(this.#facts.call, !this.#actions.muting);
    }
  }

  #tellTelephone(facts: TelephoneFacts): void {
    const { inUse, ready, muted } = this.#telephoneFacts;
    if (facts.inUse === inUse && facts.ready === ready && facts.muted === muted) {
      return;
    }
    this.#telephoneFacts = facts;
    const tags = { TELEPHONE: facts.ready ? "ready" : "lost", MUTED: facts.muted ? "1" : "0" };
    this.tellOwn("State", this.#facts.agent.state, facts.inUse ? tags : { TELEPHONE: "none" });
  }

  #left(how: LoggedOut): void {
    const told = this.#facts.agent.state === NOBODY.agent.state && this.#sequence.position.epoch > 0;
    if (!told) {
      this.tellOwn("Logout", how, {});
    }
    this.#forget();
    if (this.#status.state !== "disconnected") {
      this.#setStatus({ state: "disconnected", reason: "signedOut", retryMs: 0 });
    }
  }

  #forget(): void {
    this.#requests.closeAll(RESULTS.notSignedIn, "Signed out.");
    this.#session = undefined;
    this.#surroundings.store.removeItem(this.#key);
    this.#tabs.leave();
    this.#sequence.reset();
    this.#actions.forget();
    this.#takes = false;
    this.#facts = NOBODY;
  }
}
