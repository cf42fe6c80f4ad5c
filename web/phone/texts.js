/** What the page says, in both languages, and in which it says it now. */

const TEXTS = {
  title: { zh: "电话", en: "Telephone" },
  subtitle: { zh: "模拟运营商的客户话机", en: "A customer's phone at the emulated carrier" },
  subtitleOfSip: {
    zh: "外线客户的话机，经 SIP 接到本机的 Asterisk",
    en: "A customer's phone outside, by SIP at this machine's Asterisk",
  },
  addPhone: { zh: "再加一部电话", en: "Add a phone" },
  removePhone: { zh: "移除这部电话", en: "Remove this phone" },
  phone: { zh: "电话 {n}", en: "Phone {n}" },
  speakOn: { zh: "朗读提示音：开", en: "Prompts read aloud: on" },
  speakOff: { zh: "朗读提示音：关", en: "Prompts read aloud: off" },
  light: { zh: "浅色", en: "Light" },
  dark: { zh: "深色", en: "Dark" },
  otherLanguage: { zh: "English", en: "中文" },
  whoCalls: { zh: "谁打来", en: "Who calls" },
  callerNumber: { zh: "主叫号码", en: "Caller's number" },
  numberToCall: { zh: "拨打号码", en: "Number to call" },
  call: { zh: "拨号", en: "Call" },
  callAgain: { zh: "再打一次", en: "Call again" },
  newCall: { zh: "换个号码", en: "Another call" },
  attend: { zh: "打给这个号码的电话也在此振铃", en: "Calls to this number ring here too" },
  attendHint: { zh: "座席外呼时可在这里接听", en: "So you can answer when an agent dials out" },
  answer: { zh: "接听", en: "Answer" },
  reject: { zh: "拒接", en: "Decline" },
  calling: { zh: "{from} 来电", en: "{from} is calling" },
  state_incoming: { zh: "来电", en: "Incoming call" },
  hangUp: { zh: "挂断", en: "Hang up" },
  keypad: { zh: "拨号键盘", en: "Keypad" },
  keyHint: { zh: "也可直接用键盘输入 0–9 * #", en: "Or type 0–9 * # on the keyboard" },
  conversation: { zh: "通话内容", en: "Conversation" },
  emptyTitle: { zh: "还没有通话", en: "No call yet" },
  emptyText: {
    zh: "选一位来电者，按“拨号”。听到的提示会显示在这里，并由浏览器朗读。",
    en: "Choose who calls and press Call. What the caller hears appears here and is read aloud.",
  },
  emptyTextOfSound: {
    zh: "选一位来电者，按“拨号”。声音从扬声器里来；接通后会使用麦克风。",
    en: "Choose who calls and press Call. You hear it in the loudspeaker, and your microphone is used once it is answered.",
  },
  state_idle: { zh: "空闲", en: "Idle" },
  state_dialling: { zh: "正在拨号", en: "Dialling" },
  state_ringing: { zh: "振铃中", en: "Ringing" },
  state_flow: { zh: "语音流程中", en: "In the flow" },
  state_waiting: { zh: "等待中，播放音乐", en: "Waiting, with music" },
  state_talking: { zh: "与{who}通话中", en: "Talking with {who}" },
  state_hold: { zh: "被保持", en: "On hold" },
  state_ended: { zh: "通话结束", en: "Call ended" },
  ended_busy: { zh: "对方忙", en: "Busy" },
  "ended_no-answer": { zh: "无人接听", en: "No answer" },
  ended_failed: { zh: "呼叫失败", en: "The call failed" },
  ended_canceled: { zh: "呼叫已取消", en: "Cancelled" },
  agent: { zh: "座席 {id}", en: "agent {id}" },
  rings: { zh: "振铃", en: "Rings" },
  answered: { zh: "已接通", en: "Answered" },
  ended: { zh: "通话结束", en: "The call has ended" },
  beep: { zh: "嘟的一声", en: "A beep" },
  "on hold": { zh: "被保持", en: "Put on hold" },
  retrieved: { zh: "恢复通话", en: "Taken off hold" },
  tones: { zh: "收到按键音 {keys}", en: "Tones {keys} arrive" },
  nobodyListens: { zh: "此时无人接收按键 {key}", en: "Nobody listens to the key {key} now" },
  pressed: { zh: "按键", en: "Keys pressed" },
  plays: { zh: "播放：{what}", en: "Plays: {what}" },
  "sound_hold-music": { zh: "等待音乐", en: "hold music" },
  sound_silence: { zh: "静音", en: "silence" },
  sound_tones: { zh: "按键音", en: "key tones" },
  sound_ring: { zh: "回铃音", en: "ring-back tone" },
  sound_carrier: { zh: "运营商的音乐", en: "the carrier's music" },
  soundArrives: { zh: "听到的声音", en: "Sound you hear" },
  micOff: { zh: "通话开始时才会使用麦克风", en: "The microphone is used once you talk" },
  micAsking: { zh: "请在浏览器中允许使用麦克风", en: "Please allow the microphone" },
  micOn: { zh: "麦克风已开启", en: "Microphone on" },
  micMuted: { zh: "麦克风已静音", en: "Microphone muted" },
  mute: { zh: "静音", en: "Mute" },
  unmute: { zh: "取消静音", en: "Unmute" },
  tryMicrophone: { zh: "再试一次", en: "Try again" },
  "trouble_refused-microphone": {
    zh: "麦克风被拒绝：您能听，但对方听不到您。可在地址栏中允许后再试。",
    en: "The microphone was refused: you hear, but are not heard. Allow it in the address bar and try again.",
  },
  "trouble_no-microphone": {
    zh: "这台电脑没有麦克风：您能听，但对方听不到您。",
    en: "This computer has no microphone: you hear, but are not heard.",
  },
  "trouble_broken-microphone": {
    zh: "麦克风无法使用：是否被其他程序占用？",
    en: "The microphone cannot be used: is another program holding it?",
  },
  trouble_insecure: {
    zh: "只有通过 localhost 打开本页面，浏览器才允许使用麦克风。",
    en: "The browser allows the microphone only when this page is opened at localhost.",
  },
  trouble_unreachable: {
    zh: "运营商没有应答。是否运行了 make run？",
    en: "The carrier does not answer. Is make run running?",
  },
  trouble_refused: { zh: "声音无法接通，通话照常进行。", en: "Sound cannot be connected; the call goes on without." },
  trouble_sound: { zh: "声音断开，正在重新连接……", en: "The sound was lost; connecting again …" },
  trouble_stream: { zh: "与运营商的连接中断，正在重试……", en: "The carrier cannot be reached; trying again …" },
  trouble_gone: {
    zh: "运营商已重新启动，这次通话已不存在。",
    en: "The carrier was started anew; this call no longer exists.",
  },
  trouble_number: {
    zh: "请输入主叫号码：只能含数字，可以 + 开头。",
    en: "Enter the caller's number: digits, with or without a leading +.",
  },
  trouble_carrier: { zh: "运营商拒绝了：{why}", en: "The carrier refused: {why}" },
  trouble_noNumbers: {
    zh: "账户中没有可拨打的号码。",
    en: "The account has no number that could be called.",
  },
  noVoice: {
    zh: "此浏览器没有中文语音，请看文字。",
    en: "This browser has no voice for this language: read along.",
  },
};

const KEPT = "phone.language";

export let language = localStorage.getItem(KEPT) ?? (navigator.language.startsWith("zh") ? "zh" : "en");

/** Speak the other language from now on. */
export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem(KEPT, language);
}

export const known = (key) => key in TEXTS;

/** Chinese and what is written in Latin letters or digits have a blank between them wherever they meet. */
function spaced(words) {
  return words.replace(/(?<=\p{Script=Han})(?=[A-Za-z\d+])|(?<=[A-Za-z\d])(?=\p{Script=Han})/gu, " ");
}

/** A text in the language of the page, its {holes} filled. */
export function text(key, holes = {}) {
  return spaced(TEXTS[key][language].replace(/\{(\w+)\}/g, (_, name) => holes[name]));
}
