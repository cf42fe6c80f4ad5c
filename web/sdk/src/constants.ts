/** The tables that everything else reads: events, actions, controls, states, results, reasons. */

/** Every event by name, with the name that the ActiveX control gave it. */
export const EVENTS = {
  /** A call rings; iParam 0 inside, 1 outside, 3 a monitoring leg. @zh 来电振铃；iParam 0 内线、1 外线、3 监听腿。 */
  Ring: "OnRing",
  /** A conversation has begun, or is this agent's from now on; iParam as Ring; VOCID names its recording. @zh 开始通话，或从此归本座席；iParam 同 Ring；VOCID 是录音编号。 */
  Talk: "OnTalk",
  /** The call is over for this agent; iParam 1 agent, 2 peer, 3 system, 4 forced, 5 transferred, 6 missed, 7 rejected. @zh 对本座席而言通话结束；iParam 1 座席、2 对方、3 系统、4 强拆、5 已转移、6 未接、7 拒接。 */
  Hangup: "OnHangup",
  /** A key: iParam 1 sent, KEY holds it; 0 received: in the talk KEY holds it (not while the recording is paused), in a flow from which the customer comes back there is STEP, and not which key. @zh 按键：iParam 1 发出，KEY 是键值；0 表示收到：通话中按的 KEY 是键值（录音暂停时没有），在会返回的流程中按的有 STEP，没有键值。 */
  Key: "OnKey",
  /** An outside call gets on; iParam 0 dialling, 1 ringing, 2 early media, 3 answered, 4 busy, 5 no answer, 6 rejected, 7 failed, 8 invalid number, 9 cancelled. @zh 外呼进展；iParam 0 拨号、1 振铃、2 早期媒体、3 应答、4 忙、5 无人接、6 拒接、7 失败、8 号码无效、9 已取消。 */
  Progress: "OnProgress",
  /** The agent's state changed; iParam is the new state code. With MUTED (1 or 0) and LEG somebody in the call was muted or is heard again; LEG `lost`: the agent's own telephone broke off. @zh 座席状态变化；iParam 是新状态码。带 MUTED（1 或 0）与 LEG 时，通话中某一方被静音或恢复；LEG 为 `lost`：座席自己的电话断了。 */
  State: "OnStateChange",
  /** An instant message; iParam 0 agent, 1 queue, 2 everyone, 3 system. @zh 即时消息；iParam 0 座席、1 队列、2 全体、3 系统。 */
  Message: "OnMessage",
  /** The others are on hold, or the one of LEG alone; iParam 0 music, 1 silence. @zh 其他各方被保持，有 LEG 时只是其中一方；iParam 0 音乐、1 静音。 */
  Hold: "OnHold",
  /** The others are back, or the one of LEG alone. @zh 取回其他各方，有 LEG 时只是其中一方。 */
  Retrieve: "OnRetrieve",
  /** What became of a transfer: iParam the target's kind, TO, RESULT done, returned, failed. @zh 转移的结果：iParam 是目标类型，TO，RESULT 为 done、returned、failed。 */
  Transfer: "OnTransfer",
  /** Who is in the call has changed: see `e.call.members`. @zh 通话成员有变化：见 `e.call.members`。 */
  Conference: "OnConference",
  /** How a consultation is getting on: iParam the target's kind, TO, RESULT ringing, answered, busy, noanswer, failed, cancelled, ended. @zh 咨询的进展：iParam 是目标类型，TO，RESULT 为 ringing、answered、busy、noanswer、failed、cancelled、ended。 */
  Consult: "OnConsult",
  /** Signed in. @zh 已签入。 */
  Login: "OnLogin",
  /** Signed out; iParam 0 self, 1 forced, 2 signed in elsewhere, 3 connection lost, 4 expired. @zh 已签出；iParam 0 自己、1 强制、2 在别处签入、3 连接丢失、4 过期。 */
  Logout: "OnLogout",
  /** A queue's news; iParam 0 in, 1 out. @zh 队列消息；iParam 0 进入、1 离开。 */
  Queue: "OnQueue",
  /** The recording; iParam 0 stop, 1 start, 2 pause, 3 resume, 4 file ready. @zh 录音；iParam 0 停止、1 开始、2 暂停、3 继续、4 文件就绪。 */
  Record: "OnRecord",
  /** A supervisor's control; iParam 0 ended, 1 monitor, 2 intercepted, 3 barge in, 4 emergency call, 6 whisper; BY, TARGET. @zh 班长控制；iParam 0 结束、1 监听、2 拦截、3 强插、4 紧急呼叫、6 耳语；BY、TARGET。 */
  Control: "OnControl",
  /** The call's tags changed: the tags say how; `e.data.removed` names those that are gone. @zh 通话标记变化：标记本身说明变化，`e.data.removed` 列出被去掉的。 */
  Data: "OnData",
  /** Wrap-up; iParam 0 start, 1 warning, 2 end; DEADLINE in ms since 1970. @zh 话后；iParam 0 开始、1 提醒、2 结束；DEADLINE 为 1970 年起的毫秒数。 */
  WrapUp: "OnWrapUp",
  /** A task; iParam 0 offered, 1 due. @zh 任务；iParam 0 派发、1 到期。 */
  Task: "OnTask",
  /** The page's connection; iParam 0 connected, 1 connecting, 2 disconnected; REASON, RETRY in ms. @zh 页面连接；iParam 0 已连接、1 连接中、2 已断开；REASON 原因，RETRY 重试毫秒数。 */
  Connection: "OnConnection",
  /** The whole state, after (re)connecting across too large a gap; `e.data` holds it. @zh 全量状态，重连且缺口过大时；在 `e.data` 里。 */
  Snapshot: "OnSync",
  /** The session; iParam 0 expiring, 1 refreshed, 2 expired. @zh 会话；iParam 0 将过期、1 已续、2 已过期。 */
  Auth: "OnAuth",
  /** Closes a request number: iParam is the return code; REQID, ACT (or CONTROL), MSG. @zh 了结一个请求号：iParam 是返回码；REQID、ACT（或 CONTROL）、MSG。 */
  ActionResult: "OnActionResult",
  /** Something the server could not do with a frame of ours; iParam is the code, MSG says why. @zh 服务器无法处理某一帧；iParam 是代码，MSG 说明原因。 */
  Error: "OnError",
} as const;

/** The name of an event: `Constant.Event.Ring` is "Ring". */
export type EventName = keyof typeof EVENTS;

/** The actions of `doAction` by name; 7 is fixed by the integration guide, section 2.1.4. */
export const ACTIONS = {
  /** Answers the ringing call. @zh 接听。 */
  answer: 1,
  /** Hangs up (rejects while ringing): iParam 0 the agent's own leg, 1 the whole call, 2 the third, or the leg that sParam names. @zh 挂断（振铃时为拒接）：iParam 0 自己的腿、1 整个通话、2 第三方或 sParam 所指的腿。 */
  hangup: 2,
  /** Holds the others, or the leg that sParam names: iParam 0 music, 1 silence. @zh 保持其他各方，或 sParam 所指的腿：iParam 0 音乐、1 静音。 */
  hold: 3,
  /** Brings them back, or the leg that sParam names. @zh 取回，或只取回 sParam 所指的腿。 */
  retrieve: 4,
  /** Hands the customer over at once: iParam is the target's kind. @zh 盲转：iParam 是目标类型。 */
  transfer: 5,
  /** Asks a third party first: iParam is the target's kind. @zh 先咨询第三方：iParam 是目标类型。 */
  consult: 6,
  /** Calls: iParam is the target's kind, 3 an outside line. @zh 呼出：iParam 是目标类型，3 为外线。 */
  call: 7,
  /** Sends keys. @zh 发码。 */
  sendDtmf: 8,
  /** Pauses service. @zh 暂停服务。 */
  pause: 9,
  /** Resumes service. @zh 继续服务。 */
  resume: 10,
  /** Sends the customer into a flow: iParam 0 for good, 1 to come back to this agent. @zh 转自动流程：iParam 0 不再返回、1 之后回到本座席。 */
  toAutomatic: 11,
  /** Sends an instant message. @zh 发送即时消息。 */
  sendMessage: 12,
  /** Completes a consulted transfer. @zh 完成转移。 */
  completeTransfer: 20,
  /** Makes a conference of a consultation. @zh 转为会议。 */
  conference: 21,
  /** Ends a consultation. @zh 取消咨询。 */
  cancelConsult: 22,
  /** Swaps customer and third party. @zh 切换通话方。 */
  swap: 23,
  /** Mutes the agent, or the leg that sParam names: iParam 1 on, 0 off. @zh 静音自己，或 sParam 所指的腿：iParam 1 开、0 关。 */
  mute: 24,
  /** Wrap-up: iParam 0 save, 1 finish, 2 extend. @zh 话后：iParam 0 保存、1 结束、2 延长。 */
  wrapUp: 25,
  /** Sets the call's tags: iParam 0 merge, 1 replace. @zh 设置通话标记：iParam 0 合并、1 替换。 */
  setTags: 26,
  /** Recording: iParam 0 stop, 1 start, 2 pause, 3 resume. @zh 录音：iParam 0 停止、1 开始、2 暂停、3 继续。 */
  recording: 27,
  /** Sends the customer into a survey, and leaves. @zh 转满意度调查，座席随即离开。 */
  survey: 28,
  /** Schedules a callback. @zh 预约回呼。 */
  scheduleCallback: 29,
  /** Picks up a call that rings elsewhere: iParam 0 in any of the agent's groups, 1 at the seat in sParam. @zh 代接：iParam 0 本座席任一组、1 sParam 所指的座席。 */
  pickUp: 30,
  /** Signs in at a device: iParam 0 browser, 1 SIP telephone, 2 telephone. @zh 签入设备：iParam 0 浏览器、1 SIP 话机、2 电话。 */
  signIn: 31,
  /** Signs out: iParam 0 now, 1 after this call. @zh 签出：iParam 0 立即、1 本次通话之后。 */
  signOut: 32,
  /** Asks for the state after this call: iParam is its code. @zh 预约本次通话之后的状态：iParam 是状态码。 */
  nextState: 33,
  /** Resets a stuck agent. @zh 自我复位。 */
  reset: 34,
  /** Asks for the whole state. @zh 同步。 */
  synchronise: 35,
} as const;

/** The name of an action. */
export type ActionName = keyof typeof ACTIONS;

/** The controls of `doControl` by name: a supervisor's, authorised and audited by the server. */
export const CONTROLS = {
  /** Hears both, is not heard. @zh 监听。 */
  monitor: 1,
  /** Takes the customer over, talking or ringing. @zh 拦截通话或振铃。 */
  intercept: 2,
  /** Joins as the third. @zh 强插。 */
  bargeIn: 3,
  /** Reaches a busy or paused agent. @zh 紧急呼叫。 */
  emergencyCall: 4,
  /** Ends the agent's call. @zh 强拆。 */
  forceRelease: 5,
  /** Only the agent hears. @zh 耳语。 */
  whisper: 6,
  /** Takes the ringing call. @zh 代接。 */
  pickUp: 7,
  /** Pauses the agent. @zh 强制暂停。 */
  forcePaused: 8,
  /** Makes the agent ready. @zh 强制就绪。 */
  forceReady: 9,
  /** Signs the agent out after the call. @zh 强制签出（通话结束后）。 */
  forceSignOut: 10,
  /** Leaves monitoring, barge-in or whisper. @zh 停止监听、强插或耳语。 */
  stop: 11,
  /** Ends a wrap-up or clears a stuck state. @zh 结束话后或清除异常状态。 */
  finishWrapUp: 12,
  /** Sends the agent to rest. @zh 强制休息。 */
  forceRest: 13,
  /** Goes over to monitoring. @zh 切换为监听。 */
  switchToMonitor: 14,
  /** Goes over to barge-in. @zh 切换为强插。 */
  switchToBargeIn: 15,
  /** Goes over to whispering. @zh 切换为耳语。 */
  switchToWhisper: 16,
  /** Recording on. @zh 开始录音。 */
  startRecording: 17,
  /** Recording off. @zh 停止录音。 */
  stopRecording: 18,
  /** Signs the agent out at once. @zh 立即强制签出。 */
  forceSignOutNow: 110,
} as const;

/** The name of a control. */
export type ControlName = keyof typeof CONTROLS;

/** An agent's public states by name. */
export const STATES = {
  /** Signed out. @zh 已签出。 */
  signedOut: 0,
  /** Ready for a call. @zh 就绪。 */
  ready: 1,
  /** Reserved: the customer is in a flow, and comes back. @zh 预占：客户在流程中，之后返回。 */
  reserved: 2,
  /** Ringing. @zh 振铃。 */
  ringing: 3,
  /** Dialling. @zh 拨号。 */
  dialling: 4,
  /** Talking. @zh 通话。 */
  talking: 5,
  /** Writing the call up. @zh 话后处理。 */
  wrapUp: 6,
  /** Paused. @zh 暂停。 */
  paused: 7,
  /** At rest. @zh 休息。 */
  rest: 8,
  /** In a training. @zh 培训。 */
  training: 9,
  /** In a meeting. @zh 会议中。 */
  meeting: 10,
  /** Talking, the customer on hold. @zh 保持中。 */
  holding: 11,
  /** Consulting a third party. @zh 咨询中。 */
  consulting: 12,
  /** In a conference. @zh 会议通话。 */
  conference: 13,
  /** Monitoring somebody. @zh 监听中。 */
  monitoring: 14,
  /** Disconnected, the seat kept. @zh 断线，座位保留。 */
  disconnected: 15,
  /** At a meal. @zh 就餐。 */
  meal: 16,
  /** In a fault. @zh 异常。 */
  fault: 99,
} as const;

/** The name of a state. */
export type StateName = keyof typeof STATES;

/** What `doAction` and `doControl` return; a number above 0 is the request's. */
export const RESULTS = {
  /** Accepted. @zh 已受理。 */
  accepted: 0,
  /** Not signed in. @zh 未签入。 */
  notSignedIn: -1,
  /** Unknown code. @zh 未知代码。 */
  unknownCode: -2,
  /** Bad parameter. @zh 参数错误。 */
  badParameter: -3,
  /** Not legal in this state. @zh 当前状态不允许。 */
  notLegalNow: -4,
  /** Not permitted. @zh 无权限。 */
  notPermitted: -5,
  /** Target not found or offline. @zh 目标不存在或离线。 */
  targetNotFound: -6,
  /** Target busy, or no longer in that call. @zh 目标忙或已不在该通话。 */
  targetBusy: -7,
  /** Carrier failure. @zh 运营商故障。 */
  carrierFailure: -8,
  /** Timed out: nobody knows whether it happened; the state tells. @zh 超时：不知是否发生，以状态为准。 */
  timedOut: -9,
  /** Not connected, nothing was sent. @zh 未连接，什么也没有发出。 */
  notConnected: -10,
  /** A request that came twice. @zh 重复请求。 */
  duplicate: -11,
  /** Too many requests. @zh 请求过多。 */
  rateLimited: -12,
  /** Signed in elsewhere. @zh 已在别处签入。 */
  signedInElsewhere: -13,
  /** The agent's calls ring in a page, and this page has no telephone. @zh 座席的来电在页面中振铃，而本页没有电话。 */
  noTelephone: -14,
} as const;

/** What the connection is. */
export const CONNECTION_STATES = {
  /** Events arrive. @zh 已连接：事件会到达。 */
  connected: 0,
  /** On the way, or on the way back. @zh 连接中，或正在重连。 */
  connecting: 1,
  /** Nothing is tried: sign in, or take over. @zh 已断开，不再尝试：请签入或接管。 */
  disconnected: 2,
} as const;

/** The name of a connection state. */
export type ConnectionState = keyof typeof CONNECTION_STATES;

/** Why the connection is as it is: tag REASON of the event Connection. */
export const REASONS = {
  /** Nothing is wrong. @zh 一切正常。 */
  none: 0,
  /** The first attempt after signing in. @zh 签入后的首次连接。 */
  starting: 1,
  /** The socket could not be opened, or broke. @zh 套接字打不开或断开。 */
  network: 2,
  /** No ticket could be had. @zh 取不到票据。 */
  noTicket: 3,
  /** The server went silent. @zh 服务器没有回应。 */
  silent: 4,
  /** The ticket was refused (4001). @zh 票据被拒（4001）。 */
  badTicket: 5,
  /** Signed out (4003), or the session ended. @zh 已签出（4003）或会话结束。 */
  signedOut: 6,
  /** Another page of this agent took over (4009). @zh 同一座席的另一页面接管（4009）。 */
  superseded: 7,
  /** The server asked for a fresh start (4012). @zh 服务器要求重新同步（4012）。 */
  resynchronise: 8,
  /** Too much at once (4029). @zh 过于频繁（4029）。 */
  slowDown: 9,
  /** This object was disposed of. @zh 对象已销毁。 */
  disposed: 10,
} as const;

/** The name of a reason. */
export type Reason = keyof typeof REASONS;

/** What a number or id given to call, transfer or consult means. */
export const TARGET_KINDS = {
  /** By dial plan. @zh 按拨号规则。 */
  automatic: 0,
  /** A seat's number. @zh 座席序号。 */
  sliceNo: 1,
  /** An AgentID. @zh 工号。 */
  agentId: 2,
  /** An outside line. @zh 外线。 */
  outside: 3,
  /** A queue. @zh 队列。 */
  queue: 4,
  /** A flow. @zh 流程。 */
  flow: 5,
  /** A conference. @zh 会议。 */
  conference: 6,
  /** A voicemail box. @zh 语音信箱。 */
  voicemail: 7,
} as const;

/** The name of a target kind. */
export type TargetKind = keyof typeof TARGET_KINDS;

/** A deployment's own integer codes, each with the name that it stands for. */
export interface CodeMap {
  readonly actions?: Readonly<Record<string, string>>;
  readonly controls?: Readonly<Record<string, string>>;
  readonly states?: Readonly<Record<string, string>>;
}

type Named<Table> = { readonly [Name in keyof Table as Capitalize<Name & string>]: number };

/** The constants of the object, as `iCallAgentX.Constant`. */
export interface Constants {
  readonly Event: { readonly [Name in EventName]: Name };
  readonly Action: Named<typeof ACTIONS>;
  readonly Control: Named<typeof CONTROLS>;
  readonly State: Named<typeof STATES>;
}

/** Gives the name that a code stands for, by the deployment's own meaning first; undefined for a code that means nothing. */
export function nameOf<Name extends string>(
  table: Readonly<Record<Name, number>>,
  own: Readonly<Record<string, string>> = {},
  code: number,
): Name | undefined {
  const name = own[String(code)] ?? Object.keys(table).find((each) => table[each as Name] === code);
  return name !== undefined && Object.hasOwn(table, name) ? (name as Name) : undefined;
}

/** Gives the integer code of each name: the deployment's own where it has one. */
export function withOwnCodes<Table extends Readonly<Record<string, number>>>(
  table: Table,
  own: Readonly<Record<string, string>> = {},
): Record<keyof Table, number> {
  const mapped = Object.entries(own).map(([code, name]) => [name, Number(code)] as const);
  return { ...table, ...Object.fromEntries(mapped.filter(([name]) => name in table)) };
}

/** Gives the code by which a page knows a state that the server tells by its usual one. */
export function shownState(code: number, { states }: CodeMap): number {
  const name = nameOf(STATES, {}, code);
  return name ? withOwnCodes(STATES, states)[name] : code;
}

/** Gives the usual code of a state that a page names by its own. */
export function usualState(code: number, { states }: CodeMap): number {
  const name = nameOf(STATES, states, code);
  return name ? STATES[name] : code;
}

/** Makes `Constant` from the tables and the deployment's own codes. */
export function constants(codes: CodeMap): Constants {
  return {
    Event: Object.fromEntries(Object.keys(EVENTS).map((name) => [name, name])) as Constants["Event"],
    Action: capitalized(withOwnCodes(ACTIONS, codes.actions)),
    Control: capitalized(withOwnCodes(CONTROLS, codes.controls)),
    State: capitalized(withOwnCodes(STATES, codes.states)),
  };
}

function capitalized<Table extends Readonly<Record<string, number>>>(table: Table): Named<Table> {
  const named = Object.entries(table).map(([name, code]) => [name.charAt(0).toUpperCase() + name.slice(1), code]);
  return Object.fromEntries(named) as Named<Table>;
}
