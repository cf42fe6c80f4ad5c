import type { ReactNode } from "react";

import { useStore } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { ActionButton } from "./ActionButton.js";

/** Ends the call. */
export function HangUpButton(): ReactNode {
  const { say } = useAppearance();
  const store = useStore();
  return (
    <ActionButton
      words={say("call.hangUp")}
      icon="close"
      shortcut="F8"
      kind="bad"
      act={() => store.ask("hangup", (agent) => agent.hangup())}
    />
  );
}
