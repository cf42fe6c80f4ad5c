import type { ReactNode } from "react";

import { useDesk, useStore } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { keyOf } from "../texts/texts.js";
import { ActionButton } from "./ActionButton.js";

/** A call to a customer that is not answered yet. */
export function Dialling(): ReactNode {
  const { say } = useAppearance();
  const { facts, progress } = useDesk();
  const store = useStore();
  const key = keyOf("progress", progress ?? 0);
  return (
    <section className="card card-dialling" aria-labelledby="dialling-title">
      <p className="card-kind">{say("call.outgoing")}</p>
      <h2 id="dialling-title" className="card-number">
        {facts.call?.tags["CALLERID"] ?? ""}
      </h2>
      <p className="progress" role="status">
        <span className="pulse" aria-hidden="true" />
        {key ? say(key) : ""}
      </p>
      <div className="act-row">
        <ActionButton
          words={say("call.hangUp")}
          icon="close"
          shortcut="F8"
          kind="bad"
          act={() => store.ask("hangup", (agent) => agent.hangup())}
        />
      </div>
    </section>
  );
}
