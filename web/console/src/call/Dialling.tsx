import type { ReactNode } from "react";

import { useDesk } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { keyOf } from "../texts/texts.js";
import { HangUpButton } from "./HangUpButton.js";

/** A call to a customer that is not answered yet. */
export function Dialling(): ReactNode {
  const { say } = useAppearance();
  const { facts, progress } = useDesk();
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
        <HangUpButton />
      </div>
    </section>
  );
}
