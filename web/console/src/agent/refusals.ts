/** Why something was refused, in the agent's own words: the server's are for developers. */

import { type ActionName, RESULTS } from "icall-agent";

import { keyOf, type Say } from "../texts/texts.js";

/** What the page can ask for. */
export type Asked = Extract<
  ActionName,
  "answer" | "hangup" | "hold" | "retrieve" | "call" | "sendDtmf" | "pause" | "resume" | "wrapUp" | "mute" | "signOut"
>;

/** Gives a sentence about a request that was refused with a code. */
export function refusalInWords(asked: Asked, code: number, say: Say): string {
  return say("messages.failed", { action: say(`action.${asked}`), why: why(asked, code, say) });
}

/** Gives a sentence about a sign-in that was refused with a code. */
export function signInRefusal(code: number, message: string, say: Say): string {
  switch (code) {
    case RESULTS.notSignedIn:
      return say("signIn.wrong");
    case RESULTS.rateLimited:
      return say("signIn.tooMany");
    case RESULTS.notConnected:
      return say("signIn.unreachable");
    default:
      return say("signIn.refused", { message });
  }
}

function why(asked: Asked, code: number, say: Say): string {
  if (asked === "call" && code === RESULTS.badParameter) {
    return say("message.badNumber");
  }
  const key = keyOf("result", code);
  return key ? say(key) : say("result.other", { code });
}
