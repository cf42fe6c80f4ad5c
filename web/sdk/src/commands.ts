/** The named methods: what an agent and a supervisor can ask for, each a Promise of what became of the request. */

import {
  type ActionName,
  type ControlName,
  RESULTS,
  type StateName,
  STATES,
  TARGET_KINDS,
  type TargetKind,
} from "./constants.js";
import { type Outcome, refusal } from "./requests.js";
import { type Tags, writeTags } from "./tags.js";

/** What may be said beside a target. */
export interface TargetOptions {
  /** What the target is; a number is an outside line unless said otherwise. */
  readonly kind?: TargetKind;
  /** Tags that travel with the call. */
  readonly tags?: Tags;
}

/** What may be said beside a flow. */
export interface FlowOptions {
  /** True brings the customer back to this agent afterwards. */
  readonly comeBack?: boolean;
  /** Tags that travel with the call. */
  readonly tags?: Tags;
}

/** What may be said beside signing out. */
export interface SignOutOptions {
  /** True waits for the end of the call. */
  readonly afterCall?: boolean;
  /** Why, in words. */
  readonly reason?: string;
}

/** Where an agent's calls may ring. */
const DEVICES = { browser: 0, sip: 1, phone: 2 } as const;

/** Whom a message may be meant for. */
const MESSAGE_KINDS = { sliceNo: 0, agentId: 2, queue: 4, everyone: 9 } as const;

/** Named methods over `doAction` and `doControl`; none of them ever rejects. */
export abstract class Commands {
  protected abstract act(name: ActionName, iParam?: number, sParam?: string): Promise<Outcome>;
  protected abstract control(name: ControlName, sliceNo: number): Promise<Outcome>;

  /** Answers the ringing call, and picks up this page's telephone. @zh 接听振铃的来电，并摘起本页电话。 */
  answer(callId = ""): Promise<Outcome> {
    return this.act("answer", 0, callId);
  }

  /** Hangs up, or rejects while ringing. @zh 挂断；振铃时为拒接。 */
  hangup(callId = ""): Promise<Outcome> {
    return this.act("hangup", 0, callId);
  }

  /** Ends the whole call, whoever is in it. @zh 结束整个通话，无论还有谁在内。 */
  endCall(): Promise<Outcome> {
    return this.act("hangup", 1);
  }

  /** Lets somebody go: who is consulted, or the one of this `leg` (see `currentCall.members`). @zh 请某一方离开：被咨询者，或这条 `leg` 上的一方（见 `currentCall.members`）。 */
  letGo(leg = ""): Promise<Outcome> {
    return this.act("hangup", 2, leg);
  }

  /** Puts the others on hold, or the one of this `leg`, with music unless `silent`. @zh 保持其他各方，或这条 `leg` 上的一方；`silent` 为真时不放音乐。 */
  hold(silent = false, leg = ""): Promise<Outcome> {
    return this.act("hold", silent ? 1 : 0, leg);
  }

  /** Brings those on hold back, or the one of this `leg`. @zh 取回被保持的各方，或这条 `leg` 上的一方。 */
  retrieve(leg = ""): Promise<Outcome> {
    return this.act("retrieve", 0, leg);
  }

  /** Calls an outside number, or another target: a colleague, the first of a queue, a flow. @zh 呼叫外线号码或其他目标：同事、队列中的第一位、流程。 */
  call(target: string, options: TargetOptions = {}): Promise<Outcome> {
    return this.#toTarget("call", target, options);
  }

  /** Hands the customer over without asking first, and leaves. @zh 盲转：不先询问，随即离开。 */
  transfer(target: string, options: TargetOptions = {}): Promise<Outcome> {
    return this.#toTarget("transfer", target, options);
  }

  /** Talks to a third party first, the customer on hold. @zh 先咨询第三方，客户保持。 */
  consult(target: string, options: TargetOptions = {}): Promise<Outcome> {
    return this.#toTarget("consult", target, options);
  }

  /** Sends keys: 0-9 * # A-D, w waits; in a call to a flow by this page's telephone. @zh 发按键：0-9 * # A-D，w 为停顿；呼叫流程时由本页电话发出。 */
  sendDtmf(keys: string): Promise<Outcome> {
    return this.act("sendDtmf", 0, keys);
  }

  /** Pauses service, now or after this call; `reason` is a code of the centre's. @zh 暂停服务（通话中则在结束后）；`reason` 为中心配置的原因代码。 */
  pause(reason = 0): Promise<Outcome> {
    return this.act("pause", reason);
  }

  /** Resumes service, or ends the wrap-up. @zh 继续服务，或结束话后。 */
  resume(): Promise<Outcome> {
    return this.act("resume");
  }

  /** Sends the customer into a flow, for good unless they are to `comeBack`. @zh 把客户转入自动流程；`comeBack` 为真则之后回到本座席。 */
  toAutomatic(flow: string, options: FlowOptions = {}): Promise<Outcome> {
    const { comeBack = false, tags = {} } = options;
    return (
      unknownOption(options, ["comeBack", "tags"]) ?? this.act("toAutomatic", comeBack ? 1 : 0, withTags(flow, tags))
    );
  }

  /** Sends an instant message to an agent, or to the target that `kind` says. @zh 发送即时消息给座席，或 `kind` 所指的目标。 */
  sendMessage(target: string, text: string, kind: keyof typeof MESSAGE_KINDS = "agentId"): Promise<Outcome> {
    return (
      unknownWord("kind", kind, MESSAGE_KINDS) ?? this.act("sendMessage", MESSAGE_KINDS[kind], `${target};${text}`)
    );
  }

  /** Completes a consulted transfer. @zh 完成咨询转移。 */
  completeTransfer(): Promise<Outcome> {
    return this.act("completeTransfer");
  }

  /** Makes a conference of a consultation. @zh 把咨询变为会议。 */
  conference(): Promise<Outcome> {
    return this.act("conference");
  }

  /** Ends a consultation and brings the customer back. @zh 结束咨询并取回客户。 */
  cancelConsult(): Promise<Outcome> {
    return this.act("cancelConsult");
  }

  /** Swaps customer and third party. @zh 在客户与第三方之间切换。 */
  swap(): Promise<Outcome> {
    return this.act("swap");
  }

  /** Mutes the agent, or the one of this `leg`; or lets them be heard again. This page's microphone is off at once. @zh 静音自己，或这条 `leg` 上的一方；或恢复。本页话筒立即关闭。 */
  mute(on = true, leg = ""): Promise<Outcome> {
    return this.act("mute", on ? 1 : 0, leg);
  }

  /** Saves the disposition of the call that is written up. @zh 保存本次通话的处理结果。 */
  saveWrapUp(disposition: string): Promise<Outcome> {
    return this.act("wrapUp", 0, disposition);
  }

  /** Ends the wrap-up, with a disposition where one is given. @zh 结束话后，可附处理结果。 */
  finishWrapUp(disposition = ""): Promise<Outcome> {
    return this.act("wrapUp", 1, disposition);
  }

  /** Asks for more time to write up. @zh 延长话后时间。 */
  extendWrapUp(seconds: number): Promise<Outcome> {
    return this.act("wrapUp", 2, String(seconds));
  }

  /** Sets tags of the call: merged with what it has, or `replace` them. @zh 设置通话标记：合并，或 `replace` 替换。 */
  setTags(tags: Tags, replace = false): Promise<Outcome> {
    return this.act("setTags", replace ? 1 : 0, writeTags(tags));
  }

  /** Starts recording the call. @zh 开始录音。 */
  startRecording(): Promise<Outcome> {
    return this.act("recording", 1);
  }

  /** Stops recording the call. @zh 停止录音。 */
  stopRecording(): Promise<Outcome> {
    return this.act("recording", 0);
  }

  /** Pauses the recording, as for a card number. @zh 暂停录音，例如报卡号时。 */
  pauseRecording(): Promise<Outcome> {
    return this.act("recording", 2);
  }

  /** Goes on with a paused recording. @zh 继续已暂停的录音。 */
  resumeRecording(): Promise<Outcome> {
    return this.act("recording", 3);
  }

  /** Sends the customer into a survey, and leaves. @zh 转满意度调查，座席随即离开。 */
  survey(flow: string): Promise<Outcome> {
    return this.act("survey", 0, flow);
  }

  /** Schedules a callback. @zh 预约回呼。 */
  scheduleCallback(number: string, at: Date, note = ""): Promise<Outcome> {
    return this.act("scheduleCallback", 0, `${number};${at.toISOString()};${note}`);
  }

  /** Picks up a call that rings in a group of mine, or at a seat. @zh 代接同组或某座席的来电。 */
  pickUp(sliceNo?: number): Promise<Outcome> {
    return sliceNo === undefined ? this.act("pickUp") : this.act("pickUp", 1, String(sliceNo));
  }

  /** Asks for the state after this call. @zh 预约本次通话之后的状态。 */
  nextState(state: StateName, reason = ""): Promise<Outcome> {
    return unknownWord("state", state, STATES) ?? this.act("nextState", STATES[state], reason);
  }

  /** Uses another telephone from now on. @zh 从现在起改用另一种电话。 */
  useDevice(device: keyof typeof DEVICES): Promise<Outcome> {
    return unknownWord("device", device, DEVICES) ?? this.act("signIn", DEVICES[device]);
  }

  /** Signs out, at once or `afterCall`. @zh 签出，立即或在本次通话之后（`afterCall`）。 */
  signOut(options: SignOutOptions = {}): Promise<Outcome> {
    const { afterCall = false, reason = "" } = options;
    return unknownOption(options, ["afterCall", "reason"]) ?? this.act("signOut", afterCall ? 1 : 0, reason);
  }

  /** Puts right a state that does not fit what the carrier has. @zh 状态与运营商实际不符时复位。 */
  reset(): Promise<Outcome> {
    return this.act("reset");
  }

  /** Asks for the whole state: the event Snapshot brings it. @zh 请求全量状态，由 Snapshot 事件带来。 */
  synchronise(): Promise<Outcome> {
    return this.act("synchronise");
  }

  /** Hears a seat's call without being heard. @zh 监听某座席。 */
  monitor(sliceNo: number): Promise<Outcome> {
    return this.control("monitor", sliceNo);
  }

  /** Takes the customer over from a seat. @zh 拦截某座席的通话。 */
  intercept(sliceNo: number): Promise<Outcome> {
    return this.control("intercept", sliceNo);
  }

  /** Joins a seat's call as the third. @zh 强插某座席的通话。 */
  bargeIn(sliceNo: number): Promise<Outcome> {
    return this.control("bargeIn", sliceNo);
  }

  /** Speaks to the agent alone during their call. @zh 耳语：只有座席听得到。 */
  whisper(sliceNo: number): Promise<Outcome> {
    return this.control("whisper", sliceNo);
  }

  /** Goes over to monitoring, without being rung again. @zh 切换为监听，不重新振铃。 */
  switchToMonitor(sliceNo: number): Promise<Outcome> {
    return this.control("switchToMonitor", sliceNo);
  }

  /** Goes over to barge-in, without being rung again. @zh 切换为强插，不重新振铃。 */
  switchToBargeIn(sliceNo: number): Promise<Outcome> {
    return this.control("switchToBargeIn", sliceNo);
  }

  /** Goes over to whispering, without being rung again. @zh 切换为耳语，不重新振铃。 */
  switchToWhisper(sliceNo: number): Promise<Outcome> {
    return this.control("switchToWhisper", sliceNo);
  }

  /** Leaves monitoring, barge-in or whispering. @zh 停止监听、强插或耳语。 */
  stopControl(sliceNo: number): Promise<Outcome> {
    return this.control("stop", sliceNo);
  }

  /** Reaches a busy or paused agent ahead of everything. @zh 紧急呼叫忙碌或暂停的座席。 */
  emergencyCall(sliceNo: number): Promise<Outcome> {
    return this.control("emergencyCall", sliceNo);
  }

  /** Ends a seat's call. @zh 强拆某座席的通话。 */
  forceRelease(sliceNo: number): Promise<Outcome> {
    return this.control("forceRelease", sliceNo);
  }

  /** Takes the call that rings at a seat. @zh 代接某座席振铃的来电。 */
  pickUpAt(sliceNo: number): Promise<Outcome> {
    return this.control("pickUp", sliceNo);
  }

  /** Pauses a seat, after its call. @zh 强制暂停某座席（通话结束后）。 */
  forcePaused(sliceNo: number): Promise<Outcome> {
    return this.control("forcePaused", sliceNo);
  }

  /** Makes a seat ready, after its call. @zh 强制某座席就绪（通话结束后）。 */
  forceReady(sliceNo: number): Promise<Outcome> {
    return this.control("forceReady", sliceNo);
  }

  /** Sends a seat to rest, after its call. @zh 强制某座席休息（通话结束后）。 */
  forceRest(sliceNo: number): Promise<Outcome> {
    return this.control("forceRest", sliceNo);
  }

  /** Ends a seat's wrap-up, or clears a stuck state. @zh 结束某座席的话后，或清除异常状态。 */
  finishWrapUpAt(sliceNo: number): Promise<Outcome> {
    return this.control("finishWrapUp", sliceNo);
  }

  /** Starts recording a seat's call. @zh 对某座席的通话开始录音。 */
  startRecordingAt(sliceNo: number): Promise<Outcome> {
    return this.control("startRecording", sliceNo);
  }

  /** Stops recording a seat's call. @zh 停止某座席通话的录音。 */
  stopRecordingAt(sliceNo: number): Promise<Outcome> {
    return this.control("stopRecording", sliceNo);
  }

  /** Signs a seat out, after its call or at once. @zh 强制签出某座席，通话结束后或立即。 */
  forceSignOut(sliceNo: number, atOnce = false): Promise<Outcome> {
    return this.control(atOnce ? "forceSignOutNow" : "forceSignOut", sliceNo);
  }

  #toTarget(name: ActionName, target: string, options: TargetOptions): Promise<Outcome> {
    const { kind = "outside", tags = {} } = options;
    return (
      unknownOption(options, ["kind", "tags"]) ??
      unknownWord("kind", kind, TARGET_KINDS) ??
      this.act(name, TARGET_KINDS[kind], withTags(target, tags))
    );
  }
}

/** Refuses a word that is none of these: in plain JavaScript it would mean something that nobody said. */
function unknownWord(
  what: string,
  word: string,
  known: Readonly<Record<string, number>>,
): Promise<Outcome> | undefined {
  return Object.hasOwn(known, word)
    ? undefined
    : misread(`The ${what} must be one of ${Object.keys(known).join(", ")}.`);
}

/** Refuses options of which one has a name that is none of these. */
function unknownOption(options: object, known: readonly string[]): Promise<Outcome> | undefined {
  const strange = Object.keys(options).some((name) => !known.includes(name));
  return strange ? misread(`The options here are ${known.join(", ")}.`) : undefined;
}

function misread(message: string): Promise<Outcome> {
  return Promise.resolve({ ...refusal(RESULTS.badParameter), message });
}

function withTags(target: string, tags: Tags): string {
  const written = writeTags(tags);
  return written ? `${target};${written}` : target;
}
