import { describe, expect, it } from "vitest";
import type { Agent } from "../src/agent.js";
import type { HeardEvent } from "../src/events.js";
import { EVENTS } from "../src/constants.js";
import { FakeBrowser } from "./fakes/browser.js";
import { FAIR, FakeCentre } from "./fakes/centre.js";
import { comparable, ROADS } from "./fakes/roads.js";
import { seeded, VirtualTime } from "./fakes/time.js";

/** Days; `make prove` takes four times as many. */
const RUNS = Number(process.env["ICALL_SDK_RUNS"] ?? 2_500);
const BATCHES = 10;

/** What one tab heard, as its handlers did. */
interface Listener {
  readonly agent: Agent;
  readonly heard: HeardEvent[];
  readonly asked: number[];
}

function listening(agent: Agent): Listener {
  const heard: HeardEvent[] = [];
  Object.keys(EVENTS).forEach((name) => agent.bind(name, (e) => heard.push(e)));
  return { agent, heard, asked: [] };
}

/** One run: a working day, told over a network that gets everything wrong, to one to three tabs. */
async function run(seed: number): Promise<void> {
  const random = seeded(seed);
  const time = new VirtualTime();
  const centre = new FakeCentre(time, random, ROADS[seed % ROADS.length]!);
  const browser = new FakeBrowser(time, centre, random);
  const tabs = [listening(browser.tab())];
  void tabs[0]!.agent.login("100", "right");
  await time.pass(50);
  centre.weather = {
    lose: random() * 0.3,
    double: random() * 0.3,
    slowest: random() * 1500,
    httpFails: random() * 0.3,
  };
  const steps = 5 + Math.floor(random() * 25);
  for (let step = 0; step < steps; step += 1) {
    const open = tabs[Math.floor(random() * tabs.length)]!;
    happens(random, centre, browser, tabs, open);
    await time.pass(random() * 3000);
  }
  centre.weather = FAIR;
  await time.pass(90_000);
  tabs.forEach((tab) => {
    agrees(tab, centre, seed);
  });
  tabs.forEach(({ agent }) => {
    agent.dispose();
  });
}

function happens(
  random: () => number,
  centre: FakeCentre,
  browser: FakeBrowser,
  tabs: Listener[],
  open: Listener,
): void {
  const chance = random();
  if (chance < 0.55) {
    centre.goesOn();
  } else if (chance < 0.65) {
    centre.cuts();
  } else if (chance < 0.7) {
    centre.closes([4001, 4012, 4029][Math.floor(random() * 3)]!);
  } else if (chance < 0.85) {
    open.asked.push(open.agent.doAction(3, 0, ""));
  } else if (chance < 0.9 && tabs.length < 3) {
    tabs.push(listening(browser.tab()));
  } else if (chance < 0.94) {
    open.agent.takeOver();
  } else if (chance < 0.97 && tabs.length > 1) {
    tabs.splice(tabs.indexOf(open), 1);
    open.agent.dispose();
  }
}

function agrees({ agent, heard, asked }: Listener, centre: FakeCentre, seed: number): void {
  expect(agent.connection.state, `run ${seed}`).toBe("connected");
  expect(comparable(agent.facts), `run ${seed}`).toEqual(comparable(centre.facts));
  const numbered = heard.filter((e) => e.seq > 0);
  numbered.reduce((before, e) => {
    // The very next event, or a whole state in the place of what was missed.
    const follows = e.type === "Snapshot" ? e.seq >= before : e.seq === before + 1;
    expect(follows, `run ${seed}: ${e.type} ${e.seq} after ${before}`).toBe(true);
    return e.seq;
  }, 0);
  expect(numbered.at(-1)?.seq, `run ${seed}`).toBe(centre.position.seq);
  const closed = heard.filter((e) => e.type === "ActionResult").map((e) => Number(e.tags["REQID"]));
  expect(
    closed.sort((a, b) => a - b),
    `run ${seed}`,
  ).toEqual(asked.filter((number) => number > 0));
}

describe("in any weather", () => {
  it.each(Array.from({ length: BATCHES }, (_, batch) => batch))(
    `the page ends where the server is, no event lost or applied twice, each request closed once (batch %i of ${BATCHES})`,
    async (batch) => {
      for (let seed = batch; seed < RUNS; seed += BATCHES) {
        await run(seed);
      }
    },
  );
});
