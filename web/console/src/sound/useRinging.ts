/** A call that rings is heard, shown in the title, and told by the system when the page is not in front. */

import { STATES } from "icall-agent";
import { useEffect, useState } from "react";

import { type Desk, isSuperseded } from "../agent/desk.js";
import { customerNumber } from "../call/tags.js";
import { useAppearance } from "../texts/appearance.js";
import { Bell } from "./ring.js";

/** Rings for as long as the desk does; `blocked` while the browser keeps the tone silent. */
export function useRinging({ facts, role, connection }: Desk): { readonly blocked: boolean } {
  const { say } = useAppearance();
  const here = role !== "mirror" && !isSuperseded(connection);
  const rings = facts.agent.state === STATES.ringing && here;
  const number = customerNumber(facts.call?.tags, say);
  const blocked = useBell(rings);
  useTitle(rings ? `☎ ${say("call.from", { number })}` : say("app.title"));
  useNotification(rings, say("call.incoming"), say("call.from", { number }));
  return { blocked };
}

function useBell(rings: boolean): boolean {
  const [blocked, setBlocked] = useState(false);
  useEffect(() => {
    if (!rings) {
      return undefined;
    }
    const bell = new Bell();
    const ring = (): void => {
      void bell.start().then((heard) => {
        setBlocked(!heard);
      });
    };
    ring();
    // The first click or key in the page is what browsers wait for before they let it sound.
    document.addEventListener("pointerdown", ring, { once: true });
    return () => {
      document.removeEventListener("pointerdown", ring);
      bell.stop();
      setBlocked(false);
    };
  }, [rings]);
  return blocked;
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}

function useNotification(rings: boolean, title: string, body: string): void {
  useEffect(() => {
    if (!rings || !document.hidden || !("Notification" in globalThis) || Notification.permission !== "granted") {
      return undefined;
    }
    const notification = new Notification(title, { body, tag: "icall-ring", requireInteraction: true });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
    return () => {
      notification.close();
    };
  }, [rings, title, body]);
}
