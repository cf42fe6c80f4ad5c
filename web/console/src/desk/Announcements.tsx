import { STATES } from "icall-agent";
import type { ReactNode } from "react";

import { useDesk } from "../agent/useDesk.js";
import { customerNumber } from "../call/tags.js";
import { useAppearance } from "../texts/appearance.js";

/** What a screen reader is told at once: a call that rings. */
export function Announcements(): ReactNode {
  const { say } = useAppearance();
  const { facts } = useDesk();
  const rings = facts.agent.state === STATES.ringing;
  const number = customerNumber(facts.call?.tags, say);
  return (
    <div className="unseen" aria-live="assertive" role="alert">
      {rings ? say("call.announced", { number }) : ""}
    </div>
  );
}
