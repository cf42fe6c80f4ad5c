import RadioGroup from "@cloudscape-design/components/radio-group";
import { type ReactNode, useState } from "react";

import type { Configuration } from "../agent/configuration.js";
import { useDesk, useStore } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { keyOf, titled } from "../texts/texts.js";
import { ActionButton } from "./ActionButton.js";
import { clockOf, secondsUntil, useNow } from "./clock.js";
import { TagList } from "./TagList.js";
import { customerNumber } from "./tags.js";

const WARN_SECONDS = 10;
const MORE_SECONDS = 60;

/** The minute after a call: how it ended, until the deadline. */
export function WrapUp({ centre }: { readonly centre: Configuration | undefined }): ReactNode {
  const { say, language } = useAppearance();
  const { facts } = useDesk();
  const store = useStore();
  const [disposition, setDisposition] = useState("");
  const dispositions = centre?.dispositions ?? [];
  return (
    <section className="card card-wrap-up" aria-labelledby="wrap-up-title">
      <p className="card-kind">
        {say("wrapUp.title")}
        <Deadline />
      </p>
      <h2 id="wrap-up-title" className="card-number">
        {customerNumber(facts.call?.tags, say)}
      </h2>
      <Ended />
      <fieldset className="dispositions">
        <legend>{say("wrapUp.disposition")}</legend>
        <RadioGroup
          ariaLabel={say("wrapUp.disposition")}
          value={disposition === "" ? null : disposition}
          items={dispositions.map(({ name, title }) => ({ value: name, label: titled(title, language, name) }))}
          onChange={({ detail }) => {
            setDisposition(detail.value);
          }}
        />
      </fieldset>
      <div className="act-row act-row-stacked">
        <ActionButton
          words={say(facts.agent.pending === "" ? "wrapUp.finish" : "wrapUp.finishPaused")}
          icon="check"
          kind="good"
          act={() => store.ask("wrapUp", (agent) => agent.finishWrapUp(disposition))}
        />
        <ActionButton
          words={say("wrapUp.extend")}
          icon="add-plus"
          act={() => store.ask("wrapUp", (agent) => agent.extendWrapUp(MORE_SECONDS))}
        />
      </div>
      <TagList tags={facts.call?.tags ?? {}} centre={centre} />
    </section>
  );
}

/** Who ended the call, after how long. */
function Ended(): ReactNode {
  const { say } = useAppearance();
  const { ended } = useDesk();
  const key = ended && keyOf("call.ended", ended.how);
  return key ? (
    <p className="hint">
      {say(key)} {say("wrapUp.talked", { time: clockOf(ended.talkSeconds * 1000) })}
    </p>
  ) : null;
}

function Deadline(): ReactNode {
  const { say } = useAppearance();
  const { facts, skew } = useDesk();
  const now = useNow(skew);
  const seconds = secondsUntil(facts.agent.wrapUpUntil, now);
  const soon = seconds <= WARN_SECONDS;
  return (
    <>
      <span className={soon ? "card-clock card-clock-soon" : "card-clock"} role="timer">
        {say("wrapUp.left", { time: clockOf(seconds * 1000) })}
      </span>
      <span className="unseen" role="status">
        {soon ? say("wrapUp.warning", { seconds: WARN_SECONDS }) : ""}
      </span>
    </>
  );
}
