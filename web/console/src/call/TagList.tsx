import type { Tags } from "icall-agent";
import type { ReactNode } from "react";

import type { Configuration } from "../agent/configuration.js";
import { useAppearance } from "../texts/appearance.js";
import { factsOf, isInbound } from "./tags.js";

/** Everything that was collected of a call, in words; always text, whatever a caller sent. */
export function TagList({
  tags,
  centre,
}: {
  readonly tags: Tags;
  readonly centre: Configuration | undefined;
}): ReactNode {
  const { say, language } = useAppearance();
  const facts = factsOf(tags, say, language, centre);
  return (
    <section className="facts" aria-label={say("call.collected")}>
      <h3>{say("call.collected")}</h3>
      {isInbound(tags) && !facts.some(({ own }) => own) && <p className="hint">{say("call.nothingCollected")}</p>}
      <dl>
        {facts.map(({ tag, name, value, own }) => (
          <div key={tag} className={own ? "fact fact-own" : "fact"}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
