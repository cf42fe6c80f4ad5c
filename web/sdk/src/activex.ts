/** The events as the ActiveX control gave them: `OnRing = function (sliceNo, iParam, sParam) {}`, `attachEvent`. */

import { EVENTS, type EventName } from "./constants.js";
import type { ControlHandler, EventHub, Handler } from "./events.js";
import { eventName } from "./events.js";

/** One property for each event: set it to a function that hears the event, or to null. */
export type ControlEvents = { [Name in EventName as (typeof EVENTS)[Name]]: ControlHandler | null };

/** Keeps the control's handlers, each bound to the hub in the control's form. */
export class ControlHandlers {
  readonly #hub: EventHub;
  readonly #set = new Map<EventName, { readonly handler: ControlHandler; readonly unbind: () => void }>();
  readonly #attached: { readonly name: EventName; readonly handler: ControlHandler; readonly unbind: () => void }[] =
    [];

  constructor(hub: EventHub) {
    this.#hub = hub;
  }

  /** Puts the properties OnRing, OnTalk ... on the object. */
  defineOn(target: object): void {
    for (const [name, property] of Object.entries(EVENTS) as [EventName, string][]) {
      Object.defineProperty(target, property, {
        configurable: true,
        enumerable: true,
        get: () => this.#set.get(name)?.handler ?? null,
        set: (handler: ControlHandler | null) => {
          this.#replace(name, handler);
        },
      });
    }
  }

  /** Binds one more handler; true when it is bound, as Internet Explorer had it. */
  attach(event: string, handler: ControlHandler): boolean {
    const name = eventName(event);
    this.#attached.push({ name, handler, unbind: this.#bind(name, handler) });
    return true;
  }

  /** Takes a handler back that `attach` bound. */
  detach(event: string, handler: ControlHandler): void {
    const place = this.#attached.findIndex((it) => it.name === eventName(event) && it.handler === handler);
    this.#attached.splice(place, place < 0 ? 0 : 1).forEach((it) => {
      it.unbind();
    });
  }

  #replace(name: EventName, handler: ControlHandler | null): void {
    this.#set.get(name)?.unbind();
    this.#set.delete(name);
    if (typeof handler === "function") {
      this.#set.set(name, { handler, unbind: this.#bind(name, handler) });
    }
  }

  #bind(name: EventName, handler: ControlHandler): () => void {
    const inItsForm: Handler = (_event, sliceNo, iParam, sParam) => {
      handler.call(globalThis, sliceNo, iParam, sParam);
    };
    return this.#hub.bind(name, inItsForm);
  }
}
