/** How a call that is over ended, in words. */

import type { Configuration, PastCall } from "../agent/configuration.js";
import { type Language, type Say, titled } from "../texts/texts.js";

/** Gives the disposition that the agent chose, else whether anybody talked. */
export function endOf(call: PastCall, centre: Configuration | undefined, language: Language, say: Say): string {
  if (call.disposition !== "") {
    const known = centre?.dispositions.find(({ name }) => name === call.disposition);
    return titled(known?.title, language, call.disposition);
  }
  return call.vocId !== "" || call.talkSeconds > 0 ? "—" : say("history.noTalk");
}
