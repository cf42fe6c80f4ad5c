import { STATES } from "icall-agent";
import type { ReactNode } from "react";

import { isPaused } from "../agent/desk.js";
import { useDesk, useStore } from "../agent/useDesk.js";
import { useMicrophoneTrouble } from "../sound/microphone.js";
import { useAppearance } from "../texts/appearance.js";
import { ActionButton } from "./ActionButton.js";

/** Nothing to do, and why. */
export function NoCall(): ReactNode {
  const { say } = useAppearance();
  const { facts } = useDesk();
  const store = useStore();
  const trouble = useMicrophoneTrouble();
  const { state } = facts.agent;
  return (
    <section className="card card-none" aria-labelledby="no-call-title">
      <h2 id="no-call-title" className="card-title">
        {say("call.none")}
      </h2>
      {state === STATES.ready && <p className="hint">{say("call.waiting")}</p>}
      {isPaused(state) && (
        <>
          <p className="hint">{say("call.pausedHint")}</p>
          {trouble && <p className="hint hint-strong">{say(trouble)}</p>}
          <div className="act-row">
            <ActionButton
              words={say("call.goReady")}
              icon="check"
              kind="good"
              act={() => store.ask("resume", (agent) => agent.resume())}
            />
          </div>
        </>
      )}
    </section>
  );
}
