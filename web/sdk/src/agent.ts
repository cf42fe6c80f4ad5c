/** The agent object: what a business page holds. */

import { ControlHandlers, type ControlEvents } from "./activex.js";
import { AgentError, type SignedIn, type VocInfo } from "./centre.js";
import { Commands } from "./commands.js";
import { type AgentConfig, settings } from "./config.js";
import {
  type ActionName,
  ACTIONS,
  type CodeMap,
  constants,
  type Constants,
  type ControlName,
  CONTROLS,
  nameOf,
  RESULTS,
  shownState,
  usualState,
  withOwnCodes,
} from "./constants.js";
import type { ControlHandler, Handler, HeardEvent, Shown } from "./events.js";
import { EventHub } from "./events.js";
import type { CallFacts, Facts } from "./frames.js";
import { type Outcome, refusal } from "./requests.js";
import { SignIn } from "./sign-in.js";
import { type Asked, type ConnectionStatus, Station } from "./station.js";
import { type Answer, browser, type Question, type Surroundings } from "./surroundings.js";
import type { Role } from "./tabs.js";
import type { TelephoneFacts } from "./telephone.js";

const MOST_TEXT = 4096;
const NO_CODES: CodeMap = {};

interface Works {
  readonly station: Station;
  readonly signIn: SignIn;
}

// The control's event properties (OnRing ...) are put on each object by ControlHandlers, from the table of events.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- so typed
export interface Agent extends ControlEvents {}

/**
 * An agent in a page: bind events, sign in, act.
 * @zh 页面中的座席对象：绑定事件、签入、操作。
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- as above
export class Agent extends Commands {
  readonly #surroundings: Surroundings;
  readonly #hub: EventHub;
  readonly #handlers: ControlHandlers;
  #config: AgentConfig;
  #works: Works | undefined;
  #disposed = false;
  #constants: { readonly codes: CodeMap; readonly constants: Constants } | undefined;

  constructor(config: AgentConfig = {}, surroundings: Surroundings = browser()) {
    super();
    this.#config = config;
    this.#surroundings = surroundings;
    this.#hub = new EventHub(
      (task) => {
        surroundings.defer(task);
      },
      (error) => {
        surroundings.report(error);
      },
      (event) => this.#shown(event),
    );
    this.#handlers = new ControlHandlers(this.#hub);
    this.#handlers.defineOn(this);
    this.#beginSoon();
  }

  /** Changes the set-up; only while nobody is signed in. @zh 修改设置；只能在未签入时。 */
  configure(config: AgentConfig): void {
    if (this.#works?.station.session) {
      throw new Error("Configure before signing in, or sign out first.");
    }
    this.#config = { ...this.#config, ...config };
    this.#end();
    this.#beginSoon();
  }

  /**
   * Binds a handler `(e, sliceNo, iParam, sParam)` to an event; `this` in it is `context`. Gives a function that unbinds it.
   * @zh 为事件绑定处理函数 `(e, sliceNo, iParam, sParam)`，其中 `this` 为 `context`；返回用于解除绑定的函数。
   */
  bind(event: string, handler: Handler, context?: unknown): () => void {
    return this.#hub.bind(event, handler, context);
  }

  /** Unbinds a handler. @zh 解除绑定。 */
  unbind(event: string, handler: Handler): void {
    this.#hub.unbind(event, handler);
  }

  /** Binds a handler `(sliceNo, iParam, sParam)` as the ActiveX control did: `attachEvent("OnRing", f)`. @zh 按 ActiveX 控件的方式绑定 `(sliceNo, iParam, sParam)`：`attachEvent("OnRing", f)`。 */
  attachEvent(event: string, handler: ControlHandler): boolean {
    return this.#handlers.attach(event, handler);
  }

  /** Unbinds what `attachEvent` bound. @zh 解除 `attachEvent` 的绑定。 */
  detachEvent(event: string, handler: ControlHandler): void {
    this.#handlers.detach(event, handler);
  }

  /**
   * Asks for an action by its code. Returns at once: above 0 the request's number, which the event ActionResult closes;
   * below 0 why nothing was sent. It never means that it happened: only an event does.
   * @zh 按代码请求操作，立即返回：大于 0 为请求号，由 ActionResult 事件了结；小于 0 为未发出的原因。返回值从不表示已经发生，只有事件才表示。
   */
  doAction(actId: number, iParam = 0, sParam: string | number = ""): number {
    const asksForState = nameOf(ACTIONS, this.#codes.actions, actId) === "nextState";
    const number = asksForState ? usualState(iParam, this.#codes) : iParam;
    return this.#send({ type: "action", act: actId, iParam: number, sParam: String(sParam) });
  }

  /** Asks for a supervisor's control of a seat by its code; returns as `doAction` does. @zh 按代码请求对某座席的授权控制；返回同 `doAction`。 */
  doControl(targetSliceNo: number, controlType: number): number {
    return this.#send({ type: "control", control: controlType, target: targetSliceNo });
  }

  /** Signs in by AgentID and password; never rejects. @zh 用工号和密码签入；从不 reject。 */
  login(agentId: string | number, password: string): Promise<Outcome> {
    return this.#begin().signIn.byPassword(String(agentId), password);
  }

  /**
   * Signs in an agent whom the business system has checked: with the one-time `code` that its server asked for,
   * or with one that the configured `loginCode` gives. `isAdmin` is a wish: the role comes from the agent's record.
   * @zh 签入业务系统已验证的座席：用其服务器申请的一次性 `code`，或由所配置的 `loginCode` 取得。`isAdmin` 只是愿望：角色取自座席档案。
   */
  setLoginInfo(agentId: string | number, isAdmin = false, code?: string): Promise<Outcome> {
    return this.#begin().signIn.byCode(String(agentId), isAdmin, code);
  }

  /** Signs out, in every tab; never rejects. @zh 在所有标签页签出；从不 reject。 */
  logout(): Promise<Outcome> {
    return this.#begin().signIn.out();
  }

  /**
   * Makes this tab the owner of socket and microphone ("answer here"), also where another browser has the agent: that one
   * has them until this is called, whatever else happens here, and signing in again for the same agent is not enough.
   * @zh 让本标签页接管连接与话筒（“在此接听”）；座席已在另一个浏览器中时也由此取回：在调用之前，无论本页发生什么（包括同一座席再次签入），座席都留在那个浏览器中。
   */
  takeOver(): void {
    this.#begin().station.takeOver();
  }

  /** Gives a recording's address, good for five minutes; rejects with AgentError. @zh 取录音的地址，五分钟内有效；失败时以 AgentError reject。 */
  async getVocFileName(vocId: string): Promise<string> {
    return (await this.getVocInfo(vocId)).url;
  }

  /** Gives a recording's call, length and address; rejects with AgentError. @zh 取录音的通话编号、时长与地址；失败时以 AgentError reject。 */
  async getVocInfo(vocId: string): Promise<VocInfo> {
    const { station } = this.#begin();
    if (!station.session) {
      throw new AgentError(RESULTS.notSignedIn, refusal(RESULTS.notSignedIn).message);
    }
    return station.centre.recording(station.session.token, vocId);
  }

  /** Asks a path of the contact centre's HTTP interface as the signed-in agent; resolves whatever the answer, with status 0 where there is none. @zh 以当前签入座席的身份请求 HTTP 接口的某个路径；无论应答如何都 resolve，没有应答时 status 为 0。 */
  ask(method: Question["method"], path: string, body?: Question["body"]): Promise<Answer> {
    return this.#begin().station.ask(method, path, body);
  }

  /** Names of the events, and the integer codes of actions, controls and states; a deployment's own are known once somebody has signed in. @zh 事件名称，以及操作、控制、状态的整数代码；部署方自己的代码在签入之后才知道。 */
  get Constant(): Constants {
    const codes = this.#codes;
    if (this.#constants?.codes !== codes) {
      this.#constants = { codes, constants: constants(codes) };
    }
    return this.#constants.constants;
  }

  /** The agent and their call, as far as the events have told; states in it have their usual codes. @zh 座席及其通话，以事件所述为准。 */
  get facts(): Facts {
    return this.#begin().station.facts;
  }

  /** The agent's state code (see Constant.State). @zh 座席状态码（见 Constant.State）。 */
  get state(): number {
    return shownState(this.facts.agent.state, this.#codes);
  }

  /** The agent's call, or null. @zh 座席当前通话，或 null。 */
  get currentCall(): CallFacts | null {
    return this.facts.call;
  }

  /** How the page's telephone is: in use, ready to be rung, muted. The event State with the tag TELEPHONE tells of a change. @zh 页面电话的情况：是否使用、能否振铃、是否静音；变化由带 TELEPHONE 标签的 State 事件告知。 */
  get telephone(): TelephoneFacts {
    return this.#begin().station.telephone;
  }

  /** What the connection is, why, and when it is tried again. @zh 连接状态、原因、何时重试。 */
  get connection(): ConnectionStatus {
    return this.#begin().station.status;
  }

  /** Whether this tab owns socket and microphone, mirrors another, or neither. @zh 本标签页是拥有者、镜像还是都不是。 */
  get role(): Role {
    return this.#begin().station.role;
  }

  /** Who is signed in, or undefined. @zh 当前签入者，或 undefined。 */
  get signedIn(): SignedIn | undefined {
    const session = this.#begin().station.session;
    if (!session) {
      return undefined;
    }
    const { agentId, name, roles, sliceNo } = session;
    return { agentId, name, roles, sliceNo };
  }

  /** Closes everything; the object is of no more use. The agent stays signed in for other tabs, and for a reload. @zh 关闭一切，对象不再可用；其他标签页与重新加载时座席仍签入。 */
  dispose(): void {
    this.#disposed = true;
    this.#end();
    this.#hub.dispose();
    this.#surroundings.dispose();
  }

  /** `doAction` as the control had it. @zh 控件形式的 `doAction`。 */
  DoAction(actId: number, iParam = 0, sParam: string | number = ""): number {
    return this.doAction(actId, iParam, sParam);
  }

  /** `doControl` as the control had it. @zh 控件形式的 `doControl`。 */
  DoControl(targetSliceNo: number, controlType: number): number {
    return this.doControl(targetSliceNo, controlType);
  }

  /** `login` as the control had it. @zh 控件形式的 `login`。 */
  Login(agentId: string | number, password: string): Promise<Outcome> {
    return this.login(agentId, password);
  }

  /** `setLoginInfo` as the control had it. @zh 控件形式的 `setLoginInfo`。 */
  SetLoginInfo(agentId: string | number, isAdmin = false, code?: string): Promise<Outcome> {
    return this.setLoginInfo(agentId, isAdmin, code);
  }

  /** `logout` as the control had it. @zh 控件形式的 `logout`。 */
  Logout(): Promise<Outcome> {
    return this.logout();
  }

  /**
   * A recording's address at once, as the control gave it; "" when there is none. It blocks the page until the server
   * has answered: new pages use `getVocFileName`.
   * @zh 与控件一样立即返回录音地址，没有则为 ""。服务器应答前页面会停住：新页面请用 `getVocFileName`。
   */
  GetVocFileName(vocId: string): string {
    const { station } = this.#begin();
    return station.session ? station.centre.recordingUrlNow(station.session.token, vocId) : "";
  }

  /** `getVocInfo` as the control had it. @zh 控件形式的 `getVocInfo`。 */
  GetVocInfo(vocId: string): Promise<VocInfo> {
    return this.getVocInfo(vocId);
  }

  protected override act(name: ActionName, iParam = 0, sParam = ""): Promise<Outcome> {
    return this.#request({ type: "action", act: withOwnCodes(ACTIONS, this.#codes.actions)[name], iParam, sParam });
  }

  protected override control(name: ControlName, sliceNo: number): Promise<Outcome> {
    const control = withOwnCodes(CONTROLS, this.#codes.controls)[name];
    return this.#request({ type: "control", control, target: sliceNo });
  }

  #request(asked: Asked): Promise<Outcome> {
    return new Promise((closed) => {
      const number = this.#send(asked, closed);
      if (number < 0) {
        closed(refusal(number));
      }
    });
  }

  #send(asked: Asked, closed: (outcome: Outcome) => void = () => undefined): number {
    return isSound(asked) ? this.#begin().station.act(asked, closed) : RESULTS.badParameter;
  }

  get #codes(): CodeMap {
    return this.#works?.station.codes ?? this.#config.codes ?? NO_CODES;
  }

  #shown({ type, iParam, tags }: HeardEvent): Shown {
    if (type !== "State") {
      return { iParam, tags };
    }
    const own = (code: string): string => String(shownState(Number(code), this.#codes));
    const named = ["STATE", "OLDSTATE"].filter((name) => name in tags);
    const states = Object.fromEntries(named.map((name) => [name, own(tags[name] ?? "")]));
    return { iParam: shownState(iParam, this.#codes), tags: { ...tags, ...states } };
  }

  /** A page may still configure, and bind, in the task that made the object. */
  #beginSoon(): void {
    this.#surroundings.defer(() => {
      this.#begin();
    });
  }

  /** Sets the works up on first need. */
  #begin(): Works {
    this.#works ??= this.#newWorks();
    return this.#works;
  }

  #newWorks(): Works {
    const set = settings(this.#config, this.#surroundings.origin);
    const station = new Station(this.#surroundings, set, (event) => {
      this.#hub.tell(event);
    });
    const signIn = new SignIn(station, set, this.#surroundings.clock);
    if (this.#disposed) {
      station.dispose();
    } else {
      station.start();
    }
    return { station, signIn };
  }

  #end(): void {
    this.#works?.signIn.dispose();
    this.#works?.station.dispose();
    this.#works = undefined;
  }
}

function isSound(asked: Asked): boolean {
  if (asked.type === "control") {
    return [asked.control, asked.target].every(Number.isSafeInteger);
  }
  return [asked.act, asked.iParam].every(Number.isSafeInteger) && asked.sParam.length <= MOST_TEXT;
}
