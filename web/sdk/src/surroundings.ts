/** What the object needs of the browser, each as small as can be, so that a test can stand in for it. */

/** A timer's end: calling it twice, or after it went off, does nothing. */
export type Cancel = () => void;

/** Time, in ms. */
export interface Clock {
  /** Since 1970. */
  now(): number;
  /** Runs `task` after `ms`, unless cancelled. */
  after(ms: number, task: () => void): Cancel;
}

/** The part of WebSocket that is used. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

/** The part of BroadcastChannel that is used. */
export interface Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** The part of Web Locks that is used. */
export interface Locks {
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly steal?: boolean },
    held: () => Promise<void>,
  ): Promise<void>;
}

/** The part of sessionStorage and localStorage that is used. */
export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** An HTTP answer: status 0 when there was none. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An HTTP question to the contact centre. */
export interface Question {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly bearer?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Everything that the object needs of the browser. */
export interface Surroundings {
  /** Where the page came from. */
  readonly origin: string;
  readonly clock: Clock;
  /** From 0 to below 1. */
  random(): number;
  /** A name that no other page has. */
  unique(): string;
  /** Runs `task` as a task of its own, soon, in the order asked for. */
  defer(task: () => void): void;
  /** Tells the page's developer of an error that a handler threw. */
  report(error: unknown): void;
  /** Asks over HTTP; always resolves. */
  ask(question: Question): Promise<Answer>;
  /** Asks over HTTP and blocks the page until the answer is there: for GetVocFileName alone. */
  askBlocking(question: Question): Answer;
  openSocket(url: string, protocols: string[]): Socket;
  /** Loads a module, and gives what it exports. */
  load(url: string): Promise<unknown>;
  /** The page's language, as "zh-CN". */
  language(): string;
  /** Undefined where tabs cannot talk to each other. */
  openChannel?(name: string): Channel;
  /** Undefined where tabs cannot agree on an owner (a page that is not served by HTTPS or from localhost). */
  readonly locks?: Locks;
  /** What this tab keeps. */
  readonly store: Store;
  /** What every tab of the browser keeps, and the next one to be opened. */
  readonly shared: Store;
  /** Calls `back` when the network is back. */
  whenOnline(back: () => void): Cancel;
  /** Lets go of what the surroundings themselves hold. */
  dispose(): void;
}

/** The real browser. */
export function browser(): Surroundings {
  const tasks = new MessageChannel();
  const waiting: (() => void)[] = [];
  // A message is not slowed down in a hidden page as a timer is.
  tasks.port1.onmessage = () => waiting.shift()?.();
  return {
    origin: location.origin,
    clock: { now: () => Date.now(), after },
    random: () => Math.random(),
    unique,
    defer(task) {
      waiting.push(task);
      tasks.port2.postMessage(0);
    },
    report(error) {
      reportError(error);
    },
    ask,
    askBlocking,
    openSocket: (url, protocols) => new WebSocket(url, protocols) as Socket,
    load,
    language,
    ...("BroadcastChannel" in globalThis
      ? { openChannel: (name: string) => new BroadcastChannel(name) as Channel }
      : {}),
    ...lockManager(),
    store: storage("sessionStorage"),
    shared: storage("localStorage"),
    whenOnline(back) {
      addEventListener("online", back);
      return () => {
        removeEventListener("online", back);
      };
    },
    dispose() {
      waiting.length = 0;
      tasks.port1.close();
    },
  };
}

function after(ms: number, task: () => void): Cancel {
  const timer = setTimeout(task, ms);
  return () => {
    clearTimeout(timer);
  };
}

function lockManager(): { locks?: Locks } {
  const locks = (globalThis.navigator as Partial<Navigator>).locks;
  if (!locks) {
    return {};
  }
  return {
    locks: {
      async request(name, options, held) {
        await locks.request(name, options, held);
      },
    },
  };
}

function unique(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return Array.from(bytes, (byte) => byte.toString(36).padStart(2, "0")).join("");
}

function load(url: string): Promise<unknown> {
  // A page's own bundler leaves the address alone: it is known at run time only.
  return import(/* webpackIgnore: true */ /* @vite-ignore */ url);
}

function language(): string {
  return document.documentElement.lang || navigator.language;
}

async function ask({ method, url, bearer, body }: Question): Promise<Answer> {
  try {
    const answer = await fetch(url, {
      method,
      headers: headers(bearer, body),
      body: body ? JSON.stringify(body) : null,
      credentials: "omit",
      signal: AbortSignal.timeout(15_000),
    });
    return { status: answer.status, body: parsed(await answer.text()) };
  } catch {
    return { status: 0, body: {} };
  }
}

function askBlocking({ method, url, bearer }: Question): Answer {
  const request = new XMLHttpRequest();
  try {
    request.open(method, url, false);
    Object.entries(headers(bearer)).forEach(([name, value]) => {
      request.setRequestHeader(name, value);
    });
    request.send();
    return { status: request.status, body: parsed(request.responseText) };
  } catch {
    return { status: 0, body: {} };
  }
}

function headers(bearer?: string, body?: unknown): Record<string, string> {
  return {
    ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
    ...(body ? { "Content-Type": "application/json" } : {}),
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function storage(name: "sessionStorage" | "localStorage"): Store {
  try {
    return globalThis[name];
  } catch {
    // A sandboxed frame has none: what is kept is then forgotten on reload.
    return { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  }
}
