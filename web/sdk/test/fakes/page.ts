/** Pages in jsdom, with the built script in them, beside a pretend contact centre in real time. */

import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { JSDOM, VirtualConsole } from "jsdom";
import type { Agent } from "../../src/agent.js";
import type { Clock, Question } from "../../src/surroundings.js";
import { FakeCentre } from "./centre.js";
import { ROADS } from "./roads.js";
import { seeded } from "./time.js";

const ORIGIN = "http://centre.example";

const REAL_TIME: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** The page's window, with what its scripts put there. */
export type PageWindow = JSDOM["window"] & {
  iCallAgentX: Agent;
  [name: string]: unknown;
};

/** A page that is open. */
export interface OpenPage {
  readonly window: PageWindow;
  readonly centre: FakeCentre;
  /** What the page showed by `alert`. */
  readonly alerts: string[];
  /** Where the page wanted to go by `window.open`. */
  readonly opened: string[];
  /** Errors that no script of the page caught. */
  readonly errors: string[];
  readonly close: () => void;
}

let script: Promise<string> | undefined;

/** The plain script as the build makes it. */
export function builtScript(): Promise<string> {
  script ??= build({
    entryPoints: ["src/script.ts"],
    bundle: true,
    format: "iife",
    minify: true,
    target: "es2022",
    write: false,
  }).then(({ outputFiles }) => outputFiles[0]!.text);
  return script;
}

/** Reads one of the pages beside this folder. */
export function pageFile(name: string): string {
  return readFileSync(new URL(`../pages/${name}`, import.meta.url), "utf8");
}

/** Opens a page; the script tag of iCallAgent.js is filled in place, its attributes kept. */
export async function openPage(html: string): Promise<OpenPage> {
  const centre = new FakeCentre(REAL_TIME, seeded(7), ROADS[0]!);
  const [alerts, opened, errors]: [string[], string[], string[]] = [[], [], []];
  const virtualConsole = new VirtualConsole();
  virtualConsole.on("jsdomError", (error) => errors.push(error.message));
  const code = await builtScript();
  const filled = html.replace(
    /<script ([^>]*)src="[^"]*iCallAgent\.js"([^>]*)><\/script>/,
    (_tag, before: string, after: string) =>
      // A function, so that no $ of the code means anything to replace.
      `<script ${before}${after}>${code.replaceAll("</script", "<\\/script")}</script>`,
  );
  const { window } = new JSDOM(filled, {
    url: `${ORIGIN}/page.html`,
    runScripts: "dangerously",
    virtualConsole,
    beforeParse: (opening) => {
      Object.assign(opening, browserParts(centre), {
        alert: (text: string) => alerts.push(text),
        open: (url: string) => opened.push(url),
        reportError: (error: Error) => errors.push(error.message),
      });
    },
  });
  await loaded(window);
  const close = (): void => {
    (window as PageWindow).iCallAgentX.dispose();
    window.close();
  };
  return { window: window, centre, alerts, opened, errors, close };
}

/** Waits until something is so; fails when it is not within two seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 400) {
      throw new Error(`Never came true: ${holds.toString()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function loaded(window: JSDOM["window"]): Promise<void> {
  return new Promise((resolve) => {
    if (window.document.readyState === "complete") {
      resolve();
    } else {
      window.addEventListener("load", () => {
        resolve();
      });
    }
  });
}

/** What jsdom lacks of a browser, or has too real. */
function browserParts(centre: FakeCentre): object {
  return {
    MessageChannel: SmallMessageChannel,
    AbortSignal,
    fetch: async (
      url: string,
      { method, headers, body }: { method: string; headers: Record<string, string>; body: string | null },
    ) => {
      const bearer = headers["Authorization"]?.replace("Bearer ", "") ?? "";
      const question = { method, url, bearer, ...(body ? { body: JSON.parse(body) as object } : {}) };
      const answer = await centre.ask(question as Question);
      return { status: answer.status, text: () => Promise.resolve(JSON.stringify(answer.body)) };
    },
    WebSocket: function (_url: string, protocols: string[]) {
      return centre.opens(protocols);
    },
  };
}

class SmallMessageChannel {
  readonly port1: { onmessage?: () => void; close: () => void } = { close: () => undefined };
  readonly port2 = {
    postMessage: (): void => {
      setTimeout(() => this.port1.onmessage?.(), 0);
    },
  };
}
