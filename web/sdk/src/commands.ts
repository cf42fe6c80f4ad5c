/** The named methods: what an agent and a supervisor can ask for, each a Promise of what became of the request. */

import { type ActionName, type ControlName, TARGET_KINDS, type TargetKind } from "./constants.js";
import type { Outcome } from "./requests.js";
import { type Tags, writeTags } from "./tags.js";

/** What may be said beside a target. */
export interface TargetOptions {
  /** What the target is; a number is an outside line unless said otherwise. */
  readonly kind?: TargetKind;
  /** Tags that travel with the call. */
  readonly tags?: Tags;
}

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

  /** Puts the customer on hold, with music unless `silent`. @zh 保持客户；`silent` 为真时不放音乐。 */
  hold(silent = false): Promise<Outcome> {
    return this.act("hold", silent ? 1 : 0);
  }

  /** Brings the customer back from hold. @zh 取回被保持的客户。 */
  retrieve(): Promise<Outcome> {
    return this.act("retrieve");
  }

  /** Calls an outside number, or another target. @zh 呼叫外线号码或其他目标。 */
  call(target: string, options: TargetOptions = {}): Promise<Outcome> {
    return this.#toTarget("call", target, options);
  }

  /** Transfers the call without asking first. @zh 盲转。 */
  transfer(target: string, options: TargetOptions = {}): Promise<Outcome> {
    return this.#toTarget("transfer", target, options);
  }

  /** Talks to a third party first, the customer on hold. @zh 先咨询第三方，客户保持。 */
  consult(target: string, options: TargetOptions = {}): Promise<Outcome> {
    return this.#toTarget("consult", target, options);
  }

  /** Sends keys: 0-9 * # A-D, w waits. @zh 发按键：0-9 * # A-D，w 为停顿。 */
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

  /** Sends the caller into a flow; `comeBack` brings them back to this agent. @zh 转自动流程；`comeBack` 为真则之后回到本座席。 */
  toAutomatic(flow: string, comeBack = false, tags: Tags = {}): Promise<Outcome> {
    return this.act("toAutomatic", comeBack ? 1 : 0, withTags(flow, tags));
  }

  /** Sends an instant message to an agent, or to the target that `kind` says. @zh 发送即时消息给座席，或 `kind` 所指的目标。 */
  sendMessage(
    target: string,
    text: string,
    kind: "sliceNo" | "agentId" | "queue" | "everyone" = "agentId",
  ): Promise<Outcome> {
    const iParam = { sliceNo: 0, agentId: 2, queue: 4, everyone: 9 }[kind];
    return this.act("sendMessage", iParam, `${target};${text}`);
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

  /** Turns the microphone off or on. @zh 话筒静音或取消静音。 */
  mute(on = true): Promise<Outcome> {
    return this.act("mute", on ? 1 : 0);
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

  /** Stops the recording; what was said before is in its file. @zh 停止录音；之前说的话在文件里。 */
  stopRecording(): Promise<Outcome> {
    return this.act("recording", 0);
  }

  /** Starts a recording of its own, with a VOCID of its own. @zh 开始另一段录音，有自己的 VOCID。 */
  startRecording(): Promise<Outcome> {
    return this.act("recording", 1);
  }

  /** Pauses the recording: what is said until it is resumed is in no file. @zh 暂停录音：继续之前说的话不在任何文件里。 */
  pauseRecording(): Promise<Outcome> {
    return this.act("recording", 2);
  }

  /** Resumes a paused recording. @zh 继续被暂停的录音。 */
  resumeRecording(): Promise<Outcome> {
    return this.act("recording", 3);
  }

  /** Sends the customer into a survey. @zh 转满意度调查。 */
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
  nextState(state: number, reason = ""): Promise<Outcome> {
    return this.act("nextState", state, reason);
  }

  /** Resets this agent when they are stuck. @zh 座席状态卡住时自我复位。 */
  reset(): Promise<Outcome> {
    return this.act("reset");
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

  /** Pauses a seat, after its call. @zh 强制暂停某座席（通话结束后）。 */
  forcePaused(sliceNo: number): Promise<Outcome> {
    return this.control("forcePaused", sliceNo);
  }

  /** Makes a seat ready, after its call. @zh 强制某座席就绪（通话结束后）。 */
  forceReady(sliceNo: number): Promise<Outcome> {
    return this.control("forceReady", sliceNo);
  }

  /** Signs a seat out, after its call or at once. @zh 强制签出某座席，通话结束后或立即。 */
  forceSignOut(sliceNo: number, atOnce = false): Promise<Outcome> {
    return this.control(atOnce ? "forceSignOutNow" : "forceSignOut", sliceNo);
  }

  #toTarget(name: ActionName, target: string, { kind = "outside", tags = {} }: TargetOptions): Promise<Outcome> {
    return this.act(name, TARGET_KINDS[kind], withTags(target, tags));
  }
}

function withTags(target: string, tags: Tags): string {
  const written = writeTags(tags);
  return written ? `${target};${written}` : target;
}
