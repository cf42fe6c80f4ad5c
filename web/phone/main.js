/** The page: its header, and as many phones as somebody wants. */

import { KEEPS_CALLS, numbers, TELLS_WORDS } from "./carrier.js";
import { icon, make } from "./elements.js";
import { Phone } from "./phone.js";
import { language, switchLanguage, text } from "./texts.js";
import { aloud, switchAloud } from "./voice.js";

const KEPT_THEME = "phone.theme";
const KEPT_CALLS = "phone.calls";
const TRY_AGAIN = 2000;

const root = document.documentElement;
const main = make("main");
const header = make("header.top");
const phones = [];
let known = [];
let count = 0;

const theme = () => root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

function setTheme(name) {
  root.dataset.theme = name;
  localStorage.setItem(KEPT_THEME, name);
  drawHeader();
}

function drawHeader() {
  root.lang = language === "zh" ? "zh-CN" : "en";
  document.title = `${text("title")} · icall`;
  const other = theme() === "dark" ? "light" : "dark";
  header.replaceChildren(
    make(
      "div.brand",
      {},
      make("span.mark", {}, icon("call")),
      make("div", {}, make("h1", {}, text("title")), make("p", {}, text(TELLS_WORDS ? "subtitle" : "subtitleOfSip"))),
    ),
    make(
      "nav",
      { "aria-label": text("title") },
      TELLS_WORDS && readingAloud(),
      make(
        "button.plain",
        { type: "button", onclick: () => setTheme(other) },
        icon(other === "dark" ? "moon" : "sun"),
        text(other),
      ),
      make(
        "button.plain",
        { type: "button", lang: language === "zh" ? "en" : "zh-CN", onclick: changeLanguage },
        text("otherLanguage"),
      ),
      make(
        "button.primary",
        { type: "button", onclick: () => addPhone(), disabled: known.length === 0 },
        icon("plus"),
        text("addPhone"),
      ),
    ),
  );
}

function readingAloud() {
  const change = () => {
    switchAloud();
    drawHeader();
  };
  return make(
    "button.plain",
    { type: "button", "aria-pressed": String(aloud), onclick: change },
    icon(aloud ? "speaker" : "silent"),
    text(aloud ? "speakOn" : "speakOff"),
  );
}

function changeLanguage() {
  switchLanguage();
  drawHeader();
  for (const phone of phones) phone.draw();
}

function addPhone() {
  count += 1;
  const remove = count === 1 ? undefined : () => removePhone(phone);
  const phone = new Phone(count, known, remove, keepCalls);
  phones.push(phone);
  main.append(phone.element);
  phone.element.scrollIntoView({ block: "nearest" });
  phone.element.querySelector("input").focus();
  return phone;
}

/** Loaded again, the page goes on with the calls it had, if the carrier waits for it. */
function keepCalls() {
  if (!KEEPS_CALLS) return;
  sessionStorage.setItem(KEPT_CALLS, JSON.stringify(phones.map((phone) => phone.underWay).filter(Boolean)));
}

function firstPhones() {
  const calls = JSON.parse(sessionStorage.getItem(KEPT_CALLS) ?? "[]");
  for (const call of calls) addPhone().resume(call);
  if (!calls.length) addPhone();
}

function removePhone(phone) {
  phones.splice(phones.indexOf(phone), 1);
  phone.element.remove();
  void phone.dispose();
}

/** The page can do nothing without numbers: it says why, and goes on asking. */
async function start() {
  try {
    known = await numbers();
    if (!known.length) throw new Error(text("trouble_noNumbers"));
  } catch (error) {
    const words = error.code === "unreachable" ? text("trouble_unreachable") : error.message;
    main.replaceChildren(make("p.alert", { role: "alert" }, words));
    setTimeout(start, TRY_AGAIN);
    return;
  }
  main.replaceChildren();
  drawHeader();
  firstPhones();
}

const kept = localStorage.getItem(KEPT_THEME);
if (kept) root.dataset.theme = kept;
document.body.append(header, main);
addEventListener("pagehide", () => phones.forEach((phone) => phone.leave()));
drawHeader();
void start();
