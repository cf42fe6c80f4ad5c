/** The keys that work everywhere in the page, and in business pages of its own origin. */

import { type Facts, STATES } from "icall-agent";
import { useEffect } from "react";

import { type Desk, isAtRest } from "../agent/desk.js";
import { isInTalk } from "../agent/states.js";
import type { DeskStore } from "../agent/store.js";
import { useStore } from "../agent/useDesk.js";

/** The keys, in the order in which the help shows them. */
export const SHORTCUTS = ["F2", "F4", "F8", "F9", "F7", "?", "Tab"] as const;

/** What a key does now, or nothing. */
export type Deed = "answer" | "hold" | "retrieve" | "hangUp" | "mute" | "unmute" | "dial" | "help" | undefined;

/** Tells what a key does on this desk. */
export function deedOf(key: string, desk: Pick<Desk, "facts" | "telephone">, canMute: boolean): Deed {
  const { agent, call } = desk.facts;
  const talking = agent.state === STATES.talking || agent.state === STATES.holding;
  const inTalk = isInTalk(agent.state);
  switch (key) {
    case "F2":
      return rings(desk.facts) && agent.device === "browser" ? "answer" : undefined;
    case "F4":
      return talking ? (call?.held ? "retrieve" : "hold") : undefined;
    case "F8":
      return inTalk || agent.state === STATES.ringing || agent.state === STATES.dialling ? "hangUp" : undefined;
    case "F9":
      return inTalk && canMute ? (desk.telephone.muted ? "unmute" : "mute") : undefined;
    case "F7":
      return isAtRest(agent.state) ? "dial" : undefined;
    case "?":
      return "help";
    default:
      return undefined;
  }
}

/** Something can be picked up: an offer, or the page's own telephone that was lost. */
function rings({ agent, call }: Facts): boolean {
  return agent.state === STATES.ringing || call?.state === "recovering";
}

/** Makes the keys work. */
export function useShortcuts(desk: Desk, help: () => void): void {
  const store = useStore();
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const { key, repeat, ctrlKey, altKey, metaKey } = event;
      const plain = !repeat && !ctrlKey && !altKey && !metaKey;
      const deed = plain && !(key === "?" && isTyping(event.target)) ? deedOf(key, desk, store.hasSound) : undefined;
      if (deed) {
        event.preventDefault();
        perform(deed, store, help);
      }
    };
    document.addEventListener("keydown", pressed);
    return () => {
      document.removeEventListener("keydown", pressed);
    };
  }, [desk, store, help]);
}

/** Passes on the function keys that are pressed inside a page of ours. */
export function forwardKeys(inside: Window | null): void {
  inside?.addEventListener("keydown", (event) => {
    const { key, repeat, ctrlKey, altKey, metaKey } = event;
    if (/^F\d$/.test(key) && !event.defaultPrevented) {
      const passed = new KeyboardEvent("keydown", { key, repeat, ctrlKey, altKey, metaKey, cancelable: true });
      if (!document.dispatchEvent(passed)) {
        event.preventDefault();
      }
    }
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

function perform(deed: NonNullable<Deed>, store: DeskStore, help: () => void): void {
  switch (deed) {
    case "answer":
      void store.ask("answer", (agent) => agent.answer());
      break;
    case "hold":
      void store.ask("hold", (agent) => agent.hold());
      break;
    case "retrieve":
      void store.ask("retrieve", (agent) => agent.retrieve());
      break;
    case "hangUp":
      void store.ask("hangup", (agent) => agent.hangup());
      break;
    case "mute":
    case "unmute":
      void store.ask("mute", (agent) => agent.mute(deed === "mute"));
      break;
    case "dial":
      document.querySelector<HTMLInputElement>("input[name=number]")?.focus();
      break;
    case "help":
      help();
      break;
  }
}
