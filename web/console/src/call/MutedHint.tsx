import type { ReactNode } from "react";

import { useDesk } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";

/** Says that the customer cannot hear the agent, and how they can again. */
export function MutedHint(): ReactNode {
  const { say } = useAppearance();
  const { telephone } = useDesk();
  return <div role="status">{telephone.muted && <p className="hint hint-strong">{say("call.muted")}</p>}</div>;
}
