import type { ReactNode } from "react";

import type { Configuration } from "../agent/configuration.js";
import { useDesk, useStore } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { ActionButton } from "./ActionButton.js";
import { HangUpButton } from "./HangUpButton.js";
import { MutedHint } from "./MutedHint.js";
import { TagList } from "./TagList.js";
import { customerNumber } from "./tags.js";

/** A conversation whose telephone was lost: it is being rung again, by itself; the customer hears music. */
export function Recovering({ centre }: { readonly centre: Configuration | undefined }): ReactNode {
  const { say } = useAppearance();
  const store = useStore();
  const { call } = useDesk().facts;
  return (
    <section className="card card-held" aria-labelledby="recovering-title">
      <p className="card-kind">{say("call.lost")}</p>
      <h2 id="recovering-title" className="card-number">
        {customerNumber(call?.tags, say)}
      </h2>
      <p className="hint hint-strong" role="status">
        {say("call.lostHint")}
      </p>
      <MutedHint />
      <div className="act-row">
        <ActionButton
          words={say("call.callBack")}
          icon="call"
          shortcut="F2"
          kind="good"
          act={() => store.ask("answer", (agent) => agent.answer())}
        />
        <HangUpButton />
      </div>
      <TagList tags={call?.tags ?? {}} centre={centre} />
    </section>
  );
}
