/** The plain script: puts one object at `window.iCallAgentX`, made when it is first asked for. */

import { Agent } from "./agent.js";
import { type AgentConfig, configOf } from "./config.js";

declare global {
  interface Window {
    /** The agent object. */
    iCallAgentX: Agent;
  }
}

const config = ofScript();
let agent: Agent | undefined;

// A page that loads the script twice keeps the object it has.
if (!("iCallAgentX" in window)) {
  Object.defineProperty(window, "iCallAgentX", {
    configurable: true,
    enumerable: true,
    get: () => (agent ??= new Agent(config)),
  });
}

function ofScript(): AgentConfig {
  const tag = document.currentScript;
  if (!(tag instanceof HTMLScriptElement)) {
    return {};
  }
  return { ...(tag.src ? { api: new URL(tag.src).origin } : {}), ...configOf(tag.dataset) };
}
