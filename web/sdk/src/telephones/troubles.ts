/** What can go wrong with a page's telephone, in the agent's words. */

const WORDS = {
  unreachable: ["The telephone cannot reach the carrier; it goes on trying.", "电话无法连接运营商，正在不断重试。"],
  refused: [
    "The carrier refuses this page's telephone: tell your administrator.",
    "运营商拒绝了本页面的电话，请告知管理员。",
  ],
  "refused-microphone": [
    "The microphone was refused, so the customer cannot hear you: allow it in the browser's address bar.",
    "麦克风被拒绝，客户听不到您：请在浏览器地址栏中允许使用麦克风。",
  ],
  "no-microphone": [
    "This computer has no microphone: you hear the customer, who cannot hear you.",
    "这台电脑没有麦克风：您能听到客户，客户听不到您。",
  ],
  "broken-microphone": [
    "The microphone cannot be used: is another program holding it?",
    "麦克风无法使用：是否被其他程序占用？",
  ],
  insecure: [
    "The browser gives a microphone only to a page with a secure address (https, or localhost).",
    "只有通过安全地址（https 或 localhost）打开本页面，浏览器才允许使用麦克风。",
  ],
  "bad-line": ["The telephone's line broke.", "电话线路中断。"],
  "not-registered": ["This page's telephone is not registered yet.", "本页面的电话尚未注册。"],
  "bad-place": [
    "This page's telephone is not set up rightly (deployment.json): tell your administrator.",
    "本页面的电话设置有误（deployment.json），请告知管理员。",
  ],
  "no-keys": ["A telephone has the keys 0 to 9, * and #.", "电话上只有 0 到 9、* 和 # 键。"],
  "no-ring": ["Nothing rings at this page's telephone.", "本页面的电话没有来电。"],
} as const satisfies Readonly<Record<string, readonly [english: string, chinese: string]>>;

/** A trouble by its name. */
export type Trouble = keyof typeof WORDS;

/** Says it: "zh-CN" in Chinese, anything else in English. */
export function inWords(trouble: Trouble, language = ""): string {
  return WORDS[trouble][language.startsWith("zh") ? 1 : 0];
}
