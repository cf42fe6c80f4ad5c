/** A real Asterisk, as a phone needs it: the page is a telephone outside, by SIP. In the place of carrier.js there. */

import { agentFor, PageSound } from "./sip-phone.mjs";

/** What is heard is sound alone. */
export const TELLS_WORDS = false;
/** A page that is loaded anew has hung up. */
export const KEEPS_CALLS = false;

const KEY = { transportType: "RFC2833", duration: 120, interToneGap: 80 };
const REGISTERED_WITHIN = 8000;
const GATHER_AT_MOST = 500;
const AGAIN_AFTER = 2000;
const BUSY = 486;
const DECLINED = 603;
/** How a call that nobody answered has ended, by JsSIP's cause. */
const ENDINGS = {
  Busy: "busy",
  Rejected: "busy",
  Canceled: "canceled",
  "No Answer": "no-answer",
  "Request Timeout": "no-answer",
};

/** A refusal in words, or silence (`code` "unreachable"). */
export class CarrierError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function ask(path, body) {
  const content = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/control/${path}`, { method: body ? "POST" : "GET", ...content }).catch(() => {
    throw new CarrierError("unreachable", "no answer");
  });
  const told = await response.json();
  if (!response.ok) throw new CarrierError("carrier", told.error);
  return told;
}

/** The numbers that can be called, as strings. */
export const numbers = async () => (await ask("numbers")).numbers.map(({ number }) => number);

// The lines: a number that somebody calls from, registered for as long as the page is open

const lines = new Map();
const calls = new Map();

class Line {
  /** Told what rings, at every change; without it the number is busy to others. */
  ringing;
  incoming;

  constructor(number) {
    this.number = number;
  }

  /** Registers; an Asterisk that was started anew knows the line no more, and then it is asked for again. */
  async open() {
    const { user, secret, server } = await ask("lines", { number: this.number });
    const agent = await agentFor(server, { name: user, token: secret });
    this.agent = agent;
    this.host = new URL(server).hostname;
    agent.on("newRTCSession", ({ originator, session }) => {
      if (originator === "remote") this.#rings(session);
    });
    await new Promise((resolve, reject) => {
      const refuse = () => reject(new CarrierError("unreachable", "not registered"));
      setTimeout(refuse, REGISTERED_WITHIN);
      agent.on("registered", resolve);
      agent.on("registrationFailed", ({ response }) => {
        if (!response) return;
        agent.stop();
        lines.delete(this.number);
        refuse();
        if (this.ringing) setTimeout(() => attend(this.number, this.ringing).catch(() => undefined), AGAIN_AFTER);
      });
      agent.start();
    });
    return this;
  }

  #rings(session) {
    if (!this.ringing || this.incoming) {
      session.terminate({ status_code: BUSY });
      return;
    }
    const call = new Call(session, session.remote_identity.uri.user, this.number);
    this.incoming = call;
    for (const event of ["accepted", "ended", "failed"]) session.on(event, () => this.#ringsNoMore(call));
    this.ringing([call]);
  }

  #ringsNoMore(call) {
    if (this.incoming !== call) return;
    this.incoming = undefined;
    this.ringing?.([]);
  }
}

function lineAt(number) {
  if (!lines.has(number)) {
    const opened = new Line(number).open();
    lines.set(number, opened);
    opened.catch(() => lines.delete(number));
  }
  return lines.get(number);
}

// The calls

class Call {
  sid = crypto.randomUUID();
  state = "ringing";
  over = false;
  on_hold = false;
  talks_with = [];
  #followers = new Set();
  #entries = [];

  constructor(session, from, to, sound = new PageSound()) {
    Object.assign(this, { session, from, to, sound });
    calls.set(this.sid, this);
    session.on("progress", () => this.#tell({ kind: "event", text: "rings" }));
    session.on("accepted", () => this.#answered());
    session.on("ended", () => this.#ends("completed"));
    session.on("failed", ({ cause }) => this.#ends(ENDINGS[cause] ?? "failed"));
    session.on("icecandidate", ({ ready }) => setTimeout(ready, GATHER_AT_MOST));
    if (session.connection) sound.plays(session.connection);
    else session.on("peerconnection", ({ peerconnection }) => sound.plays(peerconnection));
    if (session.isEnded()) this.#ends("failed");
  }

  press(key) {
    if (this.state !== "in-progress") return;
    this.session.sendDTMF(key, KEY);
    this.#tell({ kind: "presses", text: key });
  }

  /** Everything that was, then whatever comes. */
  follow(follower) {
    this.#followers.add(follower);
    follower({ ...this.told, entries: this.#entries });
    return () => this.#followers.delete(follower);
  }

  get told() {
    const { sid, state, over, on_hold, talks_with, from, to } = this;
    return { sid, state, over, on_hold, talks_with, from, to };
  }

  #answered() {
    this.state = "in-progress";
    this.talks_with = [this.session.direction === "outgoing" ? this.to : this.from];
    this.#tell({ kind: "event", text: "answered" });
  }

  #ends(state) {
    this.state = state;
    this.over = true;
    this.talks_with = [];
    this.#tell({ kind: "event", text: "ended" });
    this.sound.close();
  }

  #tell(entry) {
    const dated = { ...entry, at: Date.now() / 1000 };
    this.#entries.push(dated);
    for (const follower of this.#followers) follower({ ...this.told, entries: [dated] });
  }
}

/** What JsSIP is given with a call or an answer: silence, until there is a microphone. */
const throughSilence = (sound) => ({ mediaStream: sound.silence, pcConfig: { iceServers: [] } });

/** Dials; gives the call: its sid, state, on_hold, talks_with. */
export async function dial(from, to) {
  const line = await lineAt(from);
  const sound = new PageSound();
  return new Call(line.agent.call(`sip:${to}@${line.host}`, throughSilence(sound)), from, to, sound).told;
}

export const press = (sid, key) => Promise.resolve(calls.get(sid)?.press(key));

export function hangUp(sid) {
  calls.get(sid)?.session.terminate();
  return Promise.resolve();
}

/** Lets calls to a number ring here: `ringing` gets what rings, at every change. Gives the way to stop. */
export async function attend(number, ringing) {
  const line = await lineAt(number);
  line.ringing = ringing;
  return () => {
    line.ringing = undefined;
    decline(line);
  };
}

/** Picks up what rings at a number; gives the call. */
export async function answer(number) {
  const { incoming } = await lineAt(number);
  incoming.session.answer(throughSilence(incoming.sound));
  return incoming.told;
}

export const reject = async (number) => decline(await lineAt(number));

const decline = ({ incoming }) => incoming?.session.terminate({ status_code: DECLINED });

/** Follows a call until it is over, as the emulated carrier's; gives the way to stop. */
export function follow(sid, news, trouble) {
  const call = calls.get(sid);
  if (call) return call.follow(news);
  trouble("gone");
  return () => undefined;
}

/** The sound of a call, in the form of the emulated carrier's line. */
export function lineOf(sid) {
  const { sound, session } = calls.get(sid);
  return {
    remote: sound.remote,
    open: () => Promise.resolve(),
    useMicrophone: () => sound.useMicrophone(session.connection),
    mute: (on) => sound.mute(on),
    close: () => undefined,
  };
}

addEventListener("pagehide", () => {
  for (const { session } of calls.values()) if (!session.isEnded()) session.terminate();
});
