import type { ReactNode } from "react";

import type { Configuration, PastCall } from "../agent/configuration.js";
import type { Loaded } from "../agent/useDesk.js";
import { History } from "./History.js";
import { Messages } from "./Messages.js";

interface Props {
  readonly calls: Loaded<readonly PastCall[]>;
  readonly reload: () => void;
  readonly centre: Configuration | undefined;
}

/** What happened today: the calls that are over, and what the agent was told. */
export function Activity({ calls, reload, centre }: Props): ReactNode {
  return (
    <div className="activity">
      <History calls={calls} reload={reload} centre={centre} />
      <Messages />
    </div>
  );
}
