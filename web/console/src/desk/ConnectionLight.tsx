import type { ReactNode } from "react";

import { connectionWords, type Desk } from "../agent/desk.js";
import { useDesk } from "../agent/useDesk.js";
import { secondsUntil, useNow } from "../call/clock.js";
import { useAppearance } from "../texts/appearance.js";
import type { Say } from "../texts/texts.js";

/** How the connection is, in words, always. */
export function ConnectionLight(): ReactNode {
  const { say } = useAppearance();
  const desk = useDesk();
  const now = useNow(0);
  const { state, reason } = desk.connection;
  const why = connectionWords(state, reason, say);
  return (
    <div className="connection" data-connection={state} title={why}>
      <span className="connection-dot" aria-hidden="true" />
      <span>{lightWords(desk, now, say)}</span>
    </div>
  );
}

/** Warns while the page's telephone cannot be rung: an agent who is ready would miss every call. */
export function TelephoneLight(): ReactNode {
  const { say } = useAppearance();
  const { telephone, connection } = useDesk();
  const lost = telephone.inUse && !telephone.ready && connection.state === "connected";
  return (
    <div role="status">
      {lost && (
        <div className="telephone-light" title={say("telephone.lostHint")}>
          <span className="connection-dot" aria-hidden="true" />
          <span>{say("telephone.lost")}</span>
        </div>
      )}
    </div>
  );
}

/** Gives the words beside the light. */
export function lightWords(desk: Pick<Desk, "connection" | "retryAt" | "cutOffSince">, now: number, say: Say): string {
  switch (desk.connection.state) {
    case "connected":
      return say("connection.connected");
    case "disconnected":
      return say("connection.disconnected");
    case "connecting": {
      const seconds = secondsUntil(desk.retryAt, now);
      if (seconds > 0) {
        return say("connection.retry", { seconds });
      }
      return say(desk.cutOffSince === null ? "connection.connecting" : "connection.reconnecting");
    }
  }
}
