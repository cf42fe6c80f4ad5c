/** Everything that a scene needs: a contact centre, a browser, and time in between. */

import type { Agent } from "../../src/agent.js";
import type { AgentConfig } from "../../src/config.js";
import { EVENTS } from "../../src/constants.js";
import type { HeardEvent } from "../../src/events.js";
import { FakeBrowser } from "./browser.js";
import { FakeCentre } from "./centre.js";
import { ROADS } from "./roads.js";
import { seeded, VirtualTime } from "./time.js";

/** A scene's parts. */
export interface Stage {
  readonly random: () => number;
  readonly time: VirtualTime;
  readonly centre: FakeCentre;
  readonly browser: FakeBrowser;
}

/** An empty stage. */
export function stage(): Stage {
  const [time, random] = [new VirtualTime(), seeded(7)];
  const centre = new FakeCentre(time, random, ROADS[0]!);
  return { time, centre, random, browser: new FakeBrowser(time, centre, random) };
}

/** A stage with an agent signed in and connected, whose calls ring at `device`: "browser", "sip" or "phone". */
export async function signedIn(
  config: AgentConfig = {},
  device = "browser",
): Promise<Stage & { readonly agent: Agent }> {
  const set = stage();
  set.centre.device = device;
  const agent = set.browser.tab(config);
  void agent.login("100", "right");
  await set.time.pass(100);
  return { ...set, agent };
}

/** Writes down what an agent object tells, from now on. */
export function heardBy(agent: Agent): HeardEvent[] {
  const heard: HeardEvent[] = [];
  Object.keys(EVENTS).forEach((name) => agent.bind(name, (e) => heard.push(e)));
  return heard;
}

/** The events of one kind, each as iParam. */
export function iParams(heard: readonly HeardEvent[], type: string): number[] {
  return heard.filter((e) => e.type === type).map((e) => e.iParam);
}
