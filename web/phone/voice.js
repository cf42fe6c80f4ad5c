/** Reads prompts aloud with the browser's own voice; several phones take turns. */

const KEPT = "phone.aloud";
const SPOKEN_AS = { "cmn-CN": "zh-CN" };

export let aloud = localStorage.getItem(KEPT) !== "no";

/** Read aloud from now on, or no longer. */
export function switchAloud() {
  aloud = !aloud;
  localStorage.setItem(KEPT, aloud ? "yes" : "no");
  if (!aloud) speechSynthesis.cancel();
}

/** The browser's tag of a text's language: the document decides, else the script it is written in. */
export const languageOf = (text, language) =>
  SPOKEN_AS[language] ?? (language || (/\p{Script=Han}/u.test(text) ? "zh-CN" : "en-US"));

/** Speaks a text. */
export function speak(text, language) {
  if (!aloud) return;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = languageOf(text, language);
  utterance.voice = speechSynthesis.getVoices().find(({ lang }) => lang.replace("_", "-") === utterance.lang) ?? null;
  speechSynthesis.speak(utterance);
}

/** Whether the browser can speak this text's language. */
export function canSpeak(text, language) {
  const [wanted] = languageOf(text, language).split("-");
  return speechSynthesis.getVoices().some(({ lang }) => lang.startsWith(wanted));
}

/** Says no more of what it was about to say: a key was pressed, or somebody talks. */
export const hush = () => speechSynthesis.cancel();
