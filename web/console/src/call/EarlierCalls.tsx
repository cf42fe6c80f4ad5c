import { type ReactNode, useCallback } from "react";

import { type Ask, earlierCalls } from "../agent/centre.js";
import type { Configuration, PastCall } from "../agent/configuration.js";
import { useLoaded } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { clockOf, dayOf } from "./clock.js";
import { endOf } from "./endings.js";

const MOST_SHOWN = 5;

interface Props {
  readonly callId: string;
  readonly centre: Configuration | undefined;
}

/** What this caller called about before. */
export function EarlierCalls({ callId, centre }: Props): ReactNode {
  const { say } = useAppearance();
  const load = useCallback((ask: Ask) => earlierCalls(ask, callId), [callId]);
  const [loaded] = useLoaded(load, callId);
  if (loaded.kind === "loading") {
    return null;
  }
  const calls = loaded.kind === "there" ? loaded.value.slice(0, MOST_SHOWN) : [];
  const none = say(loaded.kind === "failed" ? "call.earlierFailed" : "call.noEarlier");
  return (
    <section className="earlier" aria-label={say("call.earlier")}>
      <h3>{say("call.earlier")}</h3>
      {calls.length === 0 && <p className="hint">{none}</p>}
      <ul>
        {calls.map((call) => (
          <EarlierCall key={call.callId} call={call} centre={centre} />
        ))}
      </ul>
    </section>
  );
}

function EarlierCall({
  call,
  centre,
}: {
  readonly call: PastCall;
  readonly centre: Configuration | undefined;
}): ReactNode {
  const { say, language } = useAppearance();
  return (
    <li>
      <span>{dayOf(call.startedAt, language)}</span>
      <span>{endOf(call, centre, language, say)}</span>
      <span className="number">{clockOf(call.talkSeconds * 1000)}</span>
    </li>
  );
}
