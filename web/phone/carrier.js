/** The emulated carrier's control API, as a phone needs it. At an Asterisk sip-carrier.js is in its place. */

import { MediaLine } from "./media-line.js";

const CARRIER = location.origin;
/** What is heard comes as text, too. */
export const TELLS_WORDS = true;
/** The carrier waits a while for a page that is loaded anew. */
export const KEEPS_CALLS = true;
const TRY_AGAIN = 2000;

/** A refusal in the carrier's words, or its silence (`code` "unreachable"). */
export class CarrierError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function ask(path, body, method = body ? "POST" : "GET") {
  let response;
  const content = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  try {
    response = await fetch(`${CARRIER}/control/${path}`, { method, keepalive: method === "DELETE", ...content });
  } catch {
    throw new CarrierError("unreachable", "no answer");
  }
  const told = await response.json();
  if (!response.ok) throw new CarrierError("carrier", told.error);
  return told;
}

/** The account's numbers, as strings. */
export const numbers = async () => (await ask("numbers")).numbers.map(({ number }) => number);

/** Dials; gives the call: its sid, state, on_hold, talks_with. */
export const dial = (from, to) => ask("calls", { from, to });

export const press = (sid, digits) => ask(`calls/${sid}/press`, { digits, between: 0 });

export const hangUp = (sid) => ask(`calls/${sid}/hang-up`, {});

/** Lets calls to a number ring here: `ringing` gets the legs that ring, at every change. Gives the way to stop. */
export async function attend(number, ringing) {
  await ask("devices", { address: number });
  const stream = new EventSource(`${CARRIER}/control/devices/${number}/events`);
  stream.onmessage = ({ data }) => ringing(JSON.parse(data).ringing);
  return () => {
    stream.close();
    void ask(`devices/${number}`, undefined, "DELETE").catch(() => undefined);
  };
}

/** Picks up what rings at a number; gives the call. */
export const answer = (number) => ask(`devices/${number}/answer`, { wait: 0 });

export const reject = (number) => ask(`devices/${number}/reject`, {});

/**
 * Follows a call until it is over: `news` gets each change with its new lines, `trouble` "stream" while the carrier
 * cannot be reached, "" when it can again and "gone" when it no longer knows the call. Gives the way to stop.
 */
export function follow(sid, news, trouble) {
  let stream;
  let place = 0;
  let stopped = false;
  const begin = () => {
    if (stopped) return;
    stream = new EventSource(`${CARRIER}/control/calls/${sid}/events?after=${place}`);
    stream.onopen = () => trouble("");
    stream.onmessage = ({ data }) => {
      const told = JSON.parse(data);
      place = told.next;
      if (told.over) stream.close();
      news(told);
    };
    stream.onerror = () => {
      trouble("stream");
      if (stream.readyState === EventSource.CLOSED) lookAgain();
    };
  };
  /** The browser has given up: either the page is going, or the carrier was started anew. */
  const lookAgain = async () => {
    try {
      await ask(`calls/${sid}`);
      begin();
    } catch (error) {
      if (error.code === "unreachable") setTimeout(lookAgain, TRY_AGAIN);
      else if (!stopped) trouble("gone");
    }
  };
  begin();
  return () => {
    stopped = true;
    stream.close();
  };
}

/** The sound of a call, not open yet. */
export const lineOf = (sid) => new MediaLine(CARRIER, sid);
