/** One telephone on the page: who calls, the call, what was heard. */

import { CALLERS } from "./callers.js";
import { answer, attend, dial, follow, hangUp, lineOf, press, reject, TELLS_WORDS } from "./carrier.js";
import { icon, make } from "./elements.js";
import { measure, ring, sound } from "./sounds.js";
import { known, language, text } from "./texts.js";
import { canSpeak, hush, languageOf, speak } from "./voice.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LETTERS = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", 0: "+" };
const NUMBER = /^\+?\d{3,15}$/;
const BEFORE_ANSWER = new Set(["queued", "initiated", "ringing"]);
const REOPEN_AFTER = 2000;
/** What was said longer ago than this is shown, but not read aloud. */
const STALE = 3000;
const EMPTY = TELLS_WORDS ? "emptyText" : "emptyTextOfSound";

export class Phone {
  #numbers;
  #remove;
  #changed;
  #caller = CALLERS[0].number;
  #called;
  #call;
  #entries = [];
  #line;
  #microphone = "off";
  #trouble = "";
  #soundTrouble = "";
  #answeredAt = 0;
  #endedAt = 0;
  #stops = [];
  /** Stops attending to calls from outside, while it does. */
  #unattend;
  #incoming;
  #silence;
  #keys = Promise.resolve();

  /**
   * @param {number} number which one it is on the page
   * @param {string[]} numbers what can be called
   * @param {(() => void) | undefined} remove takes it off the page
   * @param {() => void} changed told when a call begins or ends
   */
  constructor(number, numbers, remove, changed) {
    this.number = number;
    this.#numbers = numbers;
    this.#called = numbers[0];
    this.#remove = remove;
    this.#changed = changed;
    this.element = make("article.phone", { onkeydown: (event) => this.#type(event) });
    this.draw();
  }

  get #state() {
    const call = this.#call;
    if (this.#incoming) return "incoming";
    if (!call) return "idle";
    if (call.over) return "ended";
    if (!call.sid) return "dialling";
    if (BEFORE_ANSWER.has(call.state)) return "ringing";
    if (call.on_hold) return "hold";
    if (call.talks_with.length) return "talking";
    return this.#entries.findLast(({ kind }) => kind === "hears" || kind === "plays")?.kind === "plays"
      ? "waiting"
      : "flow";
  }

  get #live() {
    return Boolean(this.#call?.sid) && !this.#call.over;
  }

  /** The call under way, so that the page can take it up again after it was loaded anew. */
  get underWay() {
    return this.#live ? { sid: this.#call.sid, caller: this.#caller, called: this.#called } : undefined;
  }

  /** Takes up a call that was under way. */
  resume({ sid, caller, called }) {
    this.#caller = caller;
    this.#called = called;
    this.#begin({ sid, over: false, state: "in-progress", talks_with: [] });
  }

  /** Hangs up and lets everything go. */
  async dispose() {
    if (this.#live) await hangUp(this.#call.sid).catch(() => undefined);
    this.#attend(false);
    this.#letGo();
  }

  /** The page is going: calls from outside ring here no longer. */
  leave() {
    this.#attend(false);
  }

  /** Draws the whole phone: at the start, and in another language. */
  draw() {
    const title = text("phone", { n: this.number });
    this.element.setAttribute("aria-label", title);
    this.statusText = make("span.state-text");
    this.clock = make("time.clock");
    this.log = make("div.log", { role: "log", "aria-label": text("conversation"), tabindex: "0" });
    this.alert = make("p.alert", { role: "alert", hidden: true });
    this.controls = make("div.controls");
    this.element.replaceChildren(
      make(
        "header.head",
        {},
        make("h2", {}, title),
        make("p.status", { role: "status" }, make("i.dot", { "aria-hidden": "true" }), this.statusText, this.clock),
        this.#remove &&
          make(
            "button.icon",
            { type: "button", onclick: this.#remove, "aria-label": text("removePhone"), title: text("removePhone") },
            icon("close"),
          ),
      ),
      this.controls,
      this.alert,
      this.log,
    );
    this.#drawn = "";
    this.#drawLog();
    this.#refresh();
  }

  #drawn = "";

  /** Brings the page in line with the call; the controls are drawn anew only when they are others. */
  #refresh() {
    const state = this.#state;
    this.element.dataset.state = state;
    this.statusText.textContent = this.#stateText(state);
    const kind = this.#live ? "live" : state;
    if (kind !== this.#drawn) {
      this.#drawn = kind;
      this.controls.replaceChildren(...(this.#live ? this.#callControls() : this.#dialControls(state)));
    }
    this.#refreshMicrophone();
    const trouble = this.#trouble || this.#soundTrouble;
    this.alert.hidden = !trouble;
    if (this.alert.textContent !== trouble) this.alert.textContent = trouble;
    this.#tick();
  }

  #stateText(state) {
    if (state === "talking") return text("state_talking", { who: this.#call.talks_with.map(nameOf).join(", ") });
    const ending = `ended_${this.#call?.state}`;
    return text(state === "ended" && known(ending) ? ending : `state_${state}`);
  }

  #tick() {
    const seconds = this.#answeredAt ? Math.floor(((this.#endedAt || Date.now()) - this.#answeredAt) / 1000) : -1;
    this.clock.textContent = seconds < 0 ? "" : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  // Before and after a call

  #dialControls(state) {
    if (state === "incoming") return [this.#offer()];
    if (state === "ended") return [this.#party(), this.#afterwards()];
    const id = `caller-${this.number}`;
    const field = make("input", {
      id,
      type: "tel",
      inputmode: "tel",
      autocomplete: "off",
      value: this.#caller,
      oninput: () => this.#choose(field.value.trim()),
    });
    const chips = make("div.chips", { role: "group", "aria-label": text("whoCalls") });
    this.#chips = chips;
    chips.append(...CALLERS.map((caller) => this.#chip(caller, field)));
    const form = make(
      "form.dial",
      {
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          void this.#dial();
        },
      },
      make("span.label", {}, text("whoCalls")),
      chips,
      make("label", { for: id }, text("callerNumber")),
      field,
      make("label", { for: `called-${this.number}` }, text("numberToCall")),
      this.#numberField(),
      make("button.primary", { type: "submit", disabled: state === "dialling" }, icon("call"), text("call")),
      this.#attendField(),
    );
    this.#choose(this.#caller);
    return [form];
  }

  #chips;

  #chip(caller, field) {
    const choose = () => {
      field.value = caller.number;
      this.#choose(caller.number);
    };
    return make(
      "button.chip",
      { type: "button", "data-number": caller.number, onclick: choose },
      caller.name[language],
    );
  }

  #choose(number) {
    if (this.#unattend && number !== this.#caller) {
      void this.#attend(false);
      this.element.querySelector("[type=checkbox]").checked = false;
    }
    this.#caller = number;
    for (const chip of this.#chips.children) chip.setAttribute("aria-pressed", String(chip.dataset.number === number));
  }

  #numberField() {
    const options = this.#numbers.map((number) => make("option", { selected: number === this.#called }, number));
    const choose = (event) => {
      this.#called = event.target.value;
    };
    return make("select", { id: `called-${this.number}`, onchange: choose }, ...options);
  }

  #attendField() {
    const toggle = (event) => void this.#attend(event.target.checked);
    const box = make("input", { type: "checkbox", checked: Boolean(this.#unattend), onchange: toggle });
    return make("label.check", {}, box, make("span", {}, text("attend"), make("small", {}, text("attendHint"))));
  }

  async #attend(wanted) {
    this.#unattend?.();
    this.#unattend = undefined;
    this.#ringFor(undefined);
    if (!wanted) return;
    try {
      if (!NUMBER.test(this.#caller)) throw new TypeError();
      const number = this.#caller;
      const stop = await attend(number, (legs) => this.#ringFor(legs[0] && { ...legs[0], number }));
      this.#unattend = stop;
    } catch (error) {
      this.#drawn = "";
      if (error instanceof TypeError) this.#complain(text("trouble_number"));
      else this.#fail(error);
    }
  }

  #ringFor(leg) {
    if (leg?.sid === this.#incoming?.sid || (leg && this.#live)) return;
    this.#silence?.();
    this.#silence = leg && ring();
    this.#incoming = leg;
    this.#drawn = "";
    this.#refresh();
    if (leg) this.element.querySelector(".primary").focus();
  }

  #offer() {
    const { from, number } = this.#incoming;
    const act = (work) => async () => {
      try {
        await work();
      } catch (error) {
        this.#fail(error);
      }
    };
    const take = async () => {
      const call = await answer(number);
      this.#ringFor(undefined);
      this.#fresh();
      this.#caller = number;
      this.#called = call.from;
      this.#begin(call);
    };
    return make(
      "div.offer",
      {},
      make("strong", {}, text("calling", { from })),
      make(
        "div.row",
        {},
        make("button.primary", { type: "button", onclick: act(take) }, icon("call"), text("answer")),
        make("button.danger", { type: "button", onclick: act(() => reject(number)) }, icon("end"), text("reject")),
      ),
    );
  }

  #afterwards() {
    const again = { type: "button", onclick: () => void this.#dial() };
    const other = { type: "button", onclick: () => this.#forget() };
    return make(
      "div.row",
      {},
      make("button.primary", again, icon("call"), text("callAgain")),
      make("button.plain", other, text("newCall")),
    );
  }

  #forget() {
    this.#fresh();
    if (!this.#numbers.includes(this.#called)) [this.#called] = this.#numbers;
    this.#call = undefined;
    this.#refresh();
    this.element.querySelector("input").focus();
  }

  // During a call

  #callControls() {
    this.meter = make("i");
    this.microphoneText = make("span");
    this.microphoneButton = make("button.plain.small", { type: "button", onclick: () => this.#useMicrophoneButton() });
    return [
      this.#party(),
      make(
        "div.keys",
        { role: "group", "aria-label": text("keypad"), title: text("keyHint") },
        ...KEYS.map((key) =>
          make(
            "button.key",
            { type: "button", onclick: () => this.#press(key) },
            key,
            make("small", {}, LETTERS[key] ?? ""),
          ),
        ),
      ),
      make(
        "div.sound",
        {},
        make(
          "div.line",
          { title: text("soundArrives") },
          icon("speaker"),
          make("span.visually-hidden", {}, text("soundArrives")),
          make("div.meter", { "aria-hidden": "true" }, this.meter),
        ),
        make("div.line", {}, icon("microphone"), this.microphoneText, this.microphoneButton),
      ),
      make("button.danger", { type: "button", onclick: () => void this.#hangUp() }, icon("end"), text("hangUp")),
    ];
  }

  #party() {
    const caller = CALLERS.find(({ number }) => number === this.#caller);
    return make(
      "div.party",
      {},
      make("strong", {}, caller?.name[language] ?? this.#caller),
      make("span", {}, `${caller ? `${this.#caller} ` : ""}→ ${this.#called}`),
    );
  }

  #refreshMicrophone() {
    if (!this.#live) return;
    const words = { off: "micOff", asking: "micAsking", on: "micOn", muted: "micMuted" };
    this.microphoneText.textContent = text(words[this.#microphone] ?? `trouble_${this.#microphone}`);
    const button = { on: "mute", muted: "unmute", off: "", asking: "" }[this.#microphone] ?? "tryMicrophone";
    this.microphoneButton.hidden = !button;
    if (button) this.microphoneButton.textContent = text(button);
  }

  #useMicrophoneButton() {
    if (this.#microphone === "on" || this.#microphone === "muted") {
      this.#microphone = this.#microphone === "on" ? "muted" : "on";
      this.#line.mute(this.#microphone === "muted");
      this.#refresh();
    } else {
      void this.#useMicrophone();
    }
  }

  #type(event) {
    const typing = event.target.closest("input, select");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || !this.#live || !KEYS.includes(event.key)) return;
    event.preventDefault();
    this.#press(event.key);
  }

  #press(key) {
    const { sid } = this.#call;
    sound(key);
    hush();
    this.#keys = this.#keys.then(() => press(sid, key)).catch((error) => this.#fail(error));
  }

  // The call itself

  async #dial() {
    if (!NUMBER.test(this.#caller)) {
      this.#complain(text("trouble_number"));
      this.element.querySelector("input")?.focus();
      return;
    }
    this.#fresh();
    this.#call = { sid: "", over: false };
    this.#refresh();
    try {
      this.#begin(await dial(this.#caller, this.#called));
    } catch (error) {
      this.#call = undefined;
      this.#fail(error);
    }
  }

  /** Nothing left of the call before. */
  #fresh() {
    this.#letGo();
    this.#entries = [];
    this.#answeredAt = this.#endedAt = 0;
    this.#trouble = this.#soundTrouble = "";
    this.#microphone = "off";
    this.#drawLog();
  }

  #begin(call) {
    this.#call = call;
    this.#changed();
    this.#refresh();
    this.element.querySelector(".key").focus();
    const clock = setInterval(() => this.#tick(), 500);
    const stop = follow(
      call.sid,
      (news) => this.#take(news),
      (trouble) => this.#streamTrouble(trouble),
    );
    this.#stops = [() => clearInterval(clock), stop];
    this.#connect(call.sid);
  }

  #connect(sid) {
    const line = lineOf(sid);
    this.#line = line;
    line.onState = (state) => {
      this.#soundTrouble = state === "lost" ? text("trouble_sound") : "";
      this.#refresh();
      if (state === "lost") this.#open(line, REOPEN_AFTER);
    };
    this.#stops.push(
      measure(line.remote, (loudness) => {
        this.meter.style.setProperty("--loudness", loudness.toFixed(2));
      }),
    );
    this.#open(line, 0);
  }

  #open(line, after) {
    setTimeout(async () => {
      if (line !== this.#line) return;
      try {
        await line.open();
      } catch (error) {
        if (line !== this.#line || !this.#live) return;
        this.#soundTrouble = text("trouble_refused");
        this.#refresh();
        console.warn(error);
      }
    }, after);
  }

  #take(news) {
    const talkedBefore = this.#state === "talking";
    const { entries, ...call } = news;
    this.#call = call;
    for (const entry of entries) this.#hear(entry);
    if (call.over) this.#end();
    const talks = this.#state === "talking";
    if (talks && !talkedBefore) {
      hush();
      if (this.#microphone === "off") void this.#useMicrophone();
    }
    this.#refresh();
  }

  #hear(entry) {
    this.#entries.push(entry);
    const at = entry.at * 1000;
    if (entry.kind === "event" && entry.text === "answered") this.#answeredAt = at;
    if (entry.kind === "hears" && Date.now() - at < STALE) speak(entry.text, entry.language);
    this.#show(entry);
  }

  #end() {
    this.#endedAt = Date.now();
    this.#letGo();
    this.#changed();
    this.#soundTrouble = "";
  }

  async #useMicrophone() {
    const line = this.#line;
    this.#microphone = "asking";
    this.#refresh();
    try {
      await line.useMicrophone();
      if (line === this.#line) this.#microphone = "on";
    } catch (error) {
      this.#microphone = error.code ?? "broken-microphone";
    }
    this.#refresh();
  }

  async #hangUp() {
    try {
      await hangUp(this.#call.sid);
    } catch (error) {
      this.#fail(error);
    }
  }

  #streamTrouble(trouble) {
    this.#trouble = trouble && text(`trouble_${trouble}`);
    if (trouble === "gone") {
      this.#call = { ...this.#call, over: true, state: "failed" };
      this.#end();
    }
    this.#refresh();
  }

  #fail(error) {
    const silent = error.code === "unreachable";
    this.#complain(silent ? text("trouble_unreachable") : text("trouble_carrier", { why: error.message }));
  }

  #complain(words) {
    this.#trouble = words;
    this.#refresh();
  }

  #letGo() {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#line?.close();
    this.#line = undefined;
    hush();
  }

  // What was heard

  #drawLog() {
    this.log.replaceChildren();
    if (this.#entries.length) for (const entry of this.#entries) this.#show(entry);
    else this.log.append(make("div.empty", {}, make("strong", {}, text("emptyTitle")), make("p", {}, text(EMPTY))));
  }

  #show(entry) {
    this.log.querySelector(".empty")?.remove();
    const last = this.log.lastElementChild;
    const bubble = this.#bubble(entry, last);
    if (bubble) {
      bubble.dataset.kind = entry.kind;
      this.log.append(bubble);
    }
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** The bubble of a line; nothing when the line went into the bubble before it. */
  #bubble({ kind, text: what, language: spoken }, last) {
    const before = last?.dataset.kind === kind ? last : undefined;
    if (kind === "hears") {
      const hint = canSpeak(what, spoken) ? undefined : text("noVoice");
      return make("p.bubble.heard", { lang: languageOf(what, spoken), title: hint }, what);
    }
    if (kind === "presses") {
      if (!before) return make("p.bubble.pressed", { "aria-label": text("pressed") }, what);
      before.append(what);
      return undefined;
    }
    if (kind === "says") return make("p.bubble.pressed", {}, what);
    const words = kind === "plays" ? text("plays", { what: soundName(what) }) : eventText(what);
    if (before?.dataset.words === words) return undefined;
    return make("p.note", { "data-words": words }, kind === "plays" ? icon("music") : undefined, words);
  }
}

/** "client:agent_100" is agent 100. */
function nameOf(address) {
  const agent = /^client:agent_(.+)$/.exec(address);
  return agent ? text("agent", { id: agent[1] }) : address.replace(/^client:/, "");
}

function soundName(what) {
  if (what === "(ringing)") return text("sound_ring");
  if (what.startsWith("(")) return text("sound_carrier");
  if (what.startsWith("tones ")) return text("sound_tones");
  const name = /([^/?]+?)(\.\w+)?(\?.*)?$/.exec(what)[1];
  return known(`sound_${name}`) ? text(`sound_${name}`) : decodeURIComponent(name);
}

function eventText(what) {
  const nobody = /^nobody listens to the key (.)$/.exec(what);
  if (nobody) return text("nobodyListens", { key: nobody[1] });
  const tones = /^tones (.+)$/.exec(what);
  if (tones) return text("tones", { keys: tones[1] });
  const word = what.startsWith("ended") ? "ended" : what;
  return known(word) ? text(word) : what;
}
