/** Who hears what: every handler is called in a task of its own, so that one that throws or blocks harms no other. */

import { EVENTS, type EventName } from "./constants.js";
import type { AgentEvent, CallFacts, Facts } from "./frames.js";
import { type Tags, writeTags } from "./tags.js";

/** What any handler gets as `e`: a numbered event of the server, or one that this page tells of itself (`seq` 0). */
export type HeardEvent = Omit<AgentEvent, "data"> & {
  readonly data: Readonly<Record<string, unknown>> | Facts;
  /** The agent's call as it is after this event, or null. */
  readonly call: CallFacts | null;
};

/** What a handler gets beside `e`: states in it are told by the deployment's own codes. */
export interface Shown {
  readonly iParam: number;
  readonly tags: Tags;
}

/** A handler: `e` the native event, the seat's number, the event's iParam, the tags as one tag string; `e` alone tells states by the usual codes. */
export type Handler = (this: unknown, e: HeardEvent, sliceNo: number, iParam: number, sParam: string) => void;

/** A handler of the ActiveX control's kind. */
export type ControlHandler = (this: unknown, sliceNo: number, iParam: number, sParam: string) => void;

interface Binding {
  readonly handler: Handler;
  readonly context: unknown;
  live: boolean;
}

/** The handlers of one agent object. */
export class EventHub {
  readonly #bindings = new Map<EventName, Binding[]>();
  readonly #defer: (task: () => void) => void;
  readonly #report: (error: unknown) => void;
  readonly #show: (event: HeardEvent) => Shown;

  constructor(
    defer: (task: () => void) => void,
    report: (error: unknown) => void,
    show: (event: HeardEvent) => Shown = (event) => event,
  ) {
    this.#defer = defer;
    this.#report = report;
    this.#show = show;
  }

  /** Binds a handler; any number of them may hear one event. Gives a function that unbinds it. */
  bind(event: string, handler: Handler, context?: unknown): () => void {
    const name = eventName(event);
    if (typeof handler !== "function") {
      throw new TypeError(`The handler of ${name} must be a function.`);
    }
    const binding = { handler, context, live: true };
    this.#bindings.set(name, [...this.#of(name), binding]);
    return () => {
      this.#drop(name, (other) => other === binding);
    };
  }

  /** Unbinds a handler, wherever it was bound for this event. */
  unbind(event: string, handler: Handler): void {
    this.#drop(eventName(event), (binding) => binding.handler === handler);
  }

  /** Tells an event to all who are bound now and are still bound when their turn comes. */
  tell(event: HeardEvent): void {
    const { iParam, tags } = this.#show(event);
    const sParam = writeTags(tags);
    for (const binding of this.#of(event.type)) {
      this.#defer(() => {
        this.#call(binding, event, iParam, sParam);
      });
    }
  }

  /** Lets go of every handler; nothing told before is heard any more. */
  dispose(): void {
    for (const name of this.#bindings.keys()) {
      this.#drop(name, () => true);
    }
    this.#bindings.clear();
  }

  #call({ handler, context, live }: Binding, event: HeardEvent, iParam: number, sParam: string): void {
    if (!live) {
      return;
    }
    try {
      handler.call(context, event, event.sliceNo, iParam, sParam);
    } catch (error) {
      this.#report(error);
    }
  }

  #of(name: EventName): readonly Binding[] {
    return this.#bindings.get(name) ?? [];
  }

  #drop(name: EventName, which: (binding: Binding) => boolean): void {
    const [dropped, kept] = [this.#of(name).filter(which), this.#of(name).filter((binding) => !which(binding))];
    dropped.forEach((binding) => (binding.live = false));
    this.#bindings.set(name, kept);
  }
}

/** Gives an event's name, by its own or by the control's ("Ring" and "OnRing" are the same); throws for another. */
export function eventName(name: string): EventName {
  if (Object.hasOwn(EVENTS, name)) {
    return name as EventName;
  }
  const found = Object.entries(EVENTS).find(([, control]) => control.toLowerCase() === name.toLowerCase());
  if (!found) {
    throw new RangeError(`There is no event ${name}. The events are ${Object.keys(EVENTS).join(", ")}.`);
  }
  return found[0] as EventName;
}
