/**
 * What the freight company's pages do. They know of the contact centre only what its guide tells: the agent object at
 * `window.top.iCallAgentX`, its events Ring, Talk and Hangup, `doAction` and the address of a recording.
 */

import { TEXTS } from "./texts.js";

/** Where the pages begin, at their own address or below the contact centre's. */
const ROOT = new URL("../", import.meta.url);

/** Where the goods are picked up: a time means the depot's, wherever somebody reads it. */
const DEPOT_ZONE = "Asia/Shanghai";

const CALL = 7;
const OUTSIDE_LINE = 3;

/** What Hangup's iParam says of a call that goes on without this agent; every other one is over. */
const GOES_ON = { 5: "handedOver", 6: "missed", 7: "rejected" };

/** The agent object, where this page is inside the agent desk and of its origin. */
const agent = atTop((top) => top.iCallAgentX);
const language = languageOf(atTop((top) => top.iCallAgentX && top.document.documentElement.lang) || navigator.language);
document.documentElement.lang = language;
atTop(followTheme);

const PAGES = { login, "work-orders": workOrders, "work-order": workOrder, customers };

putTexts();
await PAGES[document.body.dataset.page]();

/** Signs one of our users in; the user who sits at the agent desk is proposed. */
function login() {
  const form = document.getElementById("login");
  const name = agent?.signedIn?.name;
  if ([...form.user.options].some(({ value }) => value === name)) {
    form.user.value = name;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { status } = await ask("login", { user: form.user.value });
    if (status === 200) {
      location.replace(cameFrom());
    } else {
      tell(say("failed", { status }));
    }
  });
}

/** The work orders, newest first; each with what was said in its call. */
async function workOrders() {
  const { workOrders: orders } = await needs("api/work-orders");
  document.getElementById("empty").hidden = orders.length > 0;
  document.getElementById("work-orders").hidden = orders.length === 0;
  if (!agent) {
    await leadInside("told");
  }
  fill(
    "#work-orders tbody",
    [...orders].reverse().map((order) => [
      order.id,
      new Date(order.createdAt).toLocaleString(language),
      order.phone,
      order.waybill,
      wordsOf(order.disposition),
      order.note,
      order.agentId,
      agent && order.vocId ? button("play", "playOf", { number: order.id }, () => play(order.vocId)) : "",
    ]),
  );
}

/** A new work order, opened by the ringing call: filled by its address and by the call's events. */
async function workOrder() {
  const form = document.getElementById("work-order");
  const given = new URLSearchParams(location.search);
  form.phone.value = given.get("phone") ?? "";
  form.waybill.value = given.get("waybill") ?? "";
  // Before anything is waited for: who types or talks meanwhile is noticed.
  form.phone.addEventListener("change", () => showCustomer(form.phone.value));
  form.waybill.addEventListener("change", () => showWaybill(form.waybill.value));
  form.addEventListener("submit", (event) => save(event, form));
  form.addEventListener("input", () => addEventListener("beforeunload", objects));
  if (agent) {
    hearCall(form);
    document.getElementById("dial").addEventListener("click", () => call(form.phone.value));
  }
  await needs("api/session");
  if (!agent) {
    document.getElementById("dial").hidden = true;
    await leadInside("call");
  }
  await Promise.all([showCustomer(form.phone.value), showWaybill(form.waybill.value)]);
}

/** Everybody in the register, to be called by one click. */
async function customers() {
  const { customers: all } = await needs("api/customers/all");
  if (!agent) {
    await leadInside("told");
  }
  fill(
    "#customers tbody",
    all.map(({ name, title, company, phone }) => [
      name,
      title,
      company,
      phone,
      agent ? button("call", "callNumber", { number: phone }, () => call(phone)) : "",
    ]),
  );
}

/** Click-to-call: this is all it takes. */
function call(number) {
  const code = agent.doAction(CALL, OUTSIDE_LINE, number);
  if (code < 0) {
    tell(say("notSent", { code }));
  }
}

/** Binds Ring, Talk and Hangup for as long as the page is open, and takes up the call that is there already. */
function hearCall(form) {
  const { Ring, Talk, Hangup } = agent.Constant.Event;
  const wordsAt = { [Ring]: () => "ringing", [Talk]: () => "talking", [Hangup]: (iParam) => GOES_ON[iParam] ?? "over" };
  const heard = (e) => takeCall(form, e.callId, wordsAt[e.type](e.iParam), e.tags);
  const letGo = Object.keys(wordsAt).map((name) => agent.bind(name, heard));
  addEventListener("pagehide", () => letGo.forEach((unbind) => unbind()));
  const now = agent.currentCall;
  if (now && now.state !== "ended") {
    takeCall(form, now.callId, now.talkSince === null ? "ringing" : "talking", now.tags);
  }
}

/** Puts what an event says into the work order, if it is of this page's own call. */
function takeCall(form, callId, key, tags) {
  if (form.phone.value !== (tags.CALLERID ?? "") || (form.callId.value !== "" && form.callId.value !== callId)) {
    return;
  }
  form.callId.value = callId;
  form.vocId.value = tags.VOCID ?? form.vocId.value;
  document.getElementById("call").textContent = say(key, { number: tags.CALLERID });
}

async function save(event, form) {
  event.preventDefault();
  const agentId = agent?.signedIn?.agentId ?? "-";
  const { phone, waybill, vocId, callId, disposition, note } = Object.fromEntries(new FormData(form));
  const order = { agentId, phone, waybill, vocId, callId, disposition, note };
  const { status, body } = await ask("api/work-orders", order);
  if (status === 201) {
    removeEventListener("beforeunload", objects);
  }
  tell(status === 201 ? say("saved", { number: body.id }) : say("failed", { status }));
}

/** Something is typed in and not saved: browser and agent desk ask before they close the page. */
function objects(event) {
  event.preventDefault();
}

async function play(vocId) {
  const player = document.getElementById("player");
  try {
    player.src = await agent.getVocFileName(vocId);
    player.hidden = false;
    tell("");
    await player.play();
  } catch {
    tell(say("noRecording"));
  }
}

async function showCustomer(phone) {
  const { status, body } = phone ? await ask(`api/customers?phone=${encodeURIComponent(phone)}`) : {};
  show("customer", status === 404 ? say("unknownCustomer") : "", [
    ["name", body?.name],
    ["form", body?.title],
    ["companyName", body?.company],
  ]);
}

async function showWaybill(number) {
  const { status, body } = number ? await ask(`api/waybills/${encodeURIComponent(number)}?language=${language}`) : {};
  show("waybill", status === 404 ? say("unknownWaybill") : "", [
    ["destination", body?.destination],
    ["plate", body?.plate],
    ["pickupPlace", body?.pickup_place],
    ["pickupAt", body?.pickup_at && new Date(body.pickup_at).toLocaleString(language, { timeZone: DEPOT_ZONE })],
    ["consignee", body?.consignee],
  ]);
}

/** Asks our own server: with a body it posts. */
async function ask(path, body) {
  const posted = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(new URL(path, ROOT), posted).catch(() => undefined);
  return { status: answer?.status ?? 0, body: await answer?.json().catch(() => undefined) };
}

/**
 * Asks for what the page cannot do without. Who sits at the agent desk is let in by that; anybody else who is not signed
 * in is sent to sign in, and comes back.
 */
async function needs(path) {
  const asked = await ask(path);
  const { status, body } = asked.status === 401 && (await letInByDesk()) ? await ask(path) : asked;
  if (status === 401) {
    const here = location.pathname.slice(ROOT.pathname.length) + location.search;
    location.replace(new URL(`login?to=${encodeURIComponent(here)}`, ROOT));
    return new Promise(() => undefined);
  }
  if (status !== 200) {
    tell(say("failed", { status }));
  }
  return body ?? { workOrders: [], customers: [] };
}

/** Signs in the user who sits at the agent desk: these pages want no password, so nothing more is to be proved. */
async function letInByDesk() {
  const user = agent?.signedIn?.name;
  return user !== undefined && (await ask("login", { user })).status === 200;
}

/** Says that calling and playing want the agent desk around this page, and leads to it. */
async function leadInside(id) {
  const { body } = await ask("api/contact-centre");
  const link = element("a", say("agentDesk"));
  link.href = body?.agentPage ?? "";
  document.getElementById(id).replaceChildren(say("outside"), " ", link);
}

/** Where the sign-in goes back to: a page of ours, whatever the address says. */
function cameFrom() {
  const to = new URL(new URLSearchParams(location.search).get("to") ?? "", ROOT);
  return to.href.startsWith(ROOT.href) ? to : ROOT;
}

function putTexts() {
  document.querySelectorAll("[data-text]").forEach((place) => (place.textContent = say(place.dataset.text)));
  document.querySelectorAll("[data-label]").forEach((place) => (place.ariaLabel = say(place.dataset.label)));
  document.querySelectorAll("[data-link]").forEach((link) => {
    link.href = new URL(link.dataset.link, ROOT);
    link.ariaCurrent = link.href === location.origin + location.pathname ? "page" : null;
  });
}

function say(key, values = {}) {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function wordsOf(disposition) {
  return { solved: say("solved"), "follow-up": say("followUp"), complaint: say("complaint") }[disposition] ?? disposition;
}

function tell(words) {
  document.getElementById("told").textContent = words;
}

function fill(place, rows) {
  document.querySelector(place).replaceChildren(
    ...rows.map((cells) => {
      const row = document.createElement("tr");
      row.append(...cells.map((content) => element("td", content)));
      return row;
    }),
  );
}

function show(id, problem, facts) {
  const list = document.createElement("dl");
  list.append(
    ...facts.filter(([, value]) => value).flatMap(([name, value]) => [element("dt", say(name)), element("dd", value)]),
  );
  const shown = list.childElementCount > 0 ? [element("h2", say(id)), list] : [];
  document.getElementById(id).replaceChildren(...(problem ? [element("h2", say(id)), element("p", problem)] : shown));
}

function element(name, content) {
  const made = document.createElement(name);
  made.append(content);
  return made;
}

function button(text, label, values, act) {
  const made = element("button", say(text));
  made.type = "button";
  made.ariaLabel = say(label, values);
  made.addEventListener("click", act);
  return made;
}

function languageOf(wished) {
  return wished.toLowerCase().startsWith("zh") ? "zh-CN" : "en-US";
}

/** Dark where the agent desk is dark, now and whenever that changes. */
function followTheme(top) {
  const follow = () => {
    document.documentElement.classList.toggle("dark", top.document.body.classList.contains("awsui-dark-mode"));
  };
  follow();
  const watch = new MutationObserver(follow);
  watch.observe(top.document.body, { attributeFilter: ["class"] });
  addEventListener("pagehide", () => watch.disconnect());
}

/** Reads something of the page that holds this one; undefined where that is of another origin. */
function atTop(read) {
  try {
    return read(window.top);
  } catch {
    return undefined;
  }
}
