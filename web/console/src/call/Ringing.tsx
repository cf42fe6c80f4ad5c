import type { ReactNode } from "react";

import type { Configuration } from "../agent/configuration.js";
import { useDesk, useStore } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { ActionButton } from "./ActionButton.js";
import { secondsUntil, useNow } from "./clock.js";
import { EarlierCalls } from "./EarlierCalls.js";
import { TagList } from "./TagList.js";
import { customerNumber } from "./tags.js";

/** A call that rings: who, what they said so far, and what to do about it. */
export function Ringing({ centre }: { readonly centre: Configuration | undefined }): ReactNode {
  const { say } = useAppearance();
  const { facts, skew } = useDesk();
  const store = useStore();
  const now = useNow(skew);
  const call = facts.call;
  const inPage = facts.agent.device === "browser";
  return (
    <section className="card card-ringing" aria-labelledby="ringing-title">
      <p className="card-kind">
        <span className="pulse" aria-hidden="true" />
        {say("call.incoming")}
        {call?.deadline != null && (
          <span className="card-clock">{say("call.ringsFor", { seconds: secondsUntil(call.deadline, now) })}</span>
        )}
      </p>
      <h2 id="ringing-title" className="card-number">
        {customerNumber(call?.tags, say)}
      </h2>
      <div className="act-row">
        {inPage && (
          <ActionButton
            words={say("call.answer")}
            icon="call"
            shortcut="F2"
            kind="good"
            act={() => store.ask("answer", (agent) => agent.answer(call?.callId))}
          />
        )}
        <ActionButton
          words={say("call.reject")}
          icon="close"
          shortcut="F8"
          kind="bad"
          act={() => store.ask("hangup", (agent) => agent.hangup())}
        />
      </div>
      {!inPage && <p className="hint">{say("call.atTelephone")}</p>}
      <TagList tags={call?.tags ?? {}} centre={centre} />
      {call && <EarlierCalls callId={call.callId} centre={centre} />}
    </section>
  );
}
