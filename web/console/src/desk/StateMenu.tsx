import ButtonDropdown, { type ButtonDropdownProps } from "@cloudscape-design/components/button-dropdown";
import { type Facts, STATES } from "icall-agent";
import type { ReactNode } from "react";

import { choosable, type Configuration } from "../agent/configuration.js";
import { isAtRest, isPaused } from "../agent/desk.js";
import { useDesk, useStore } from "../agent/useDesk.js";
import { clockOf, useNow } from "../call/clock.js";
import { useAppearance } from "../texts/appearance.js";
import { keyOf, type Language, type Say, titled } from "../texts/texts.js";

const READY = "ready";
const PLAIN_PAUSE = "0";

/** The agent's state with its reason and clock, and the others that can be had from here. */
export function StateMenu({ centre }: { readonly centre: Configuration | undefined }): ReactNode {
  const { say, language } = useAppearance();
  const { facts, known } = useDesk();
  const store = useStore();
  const { state, reason, pending } = facts.agent;
  if (!known) {
    return <div className="state" />;
  }
  return (
    <div className="state" data-state={toneOf(state)}>
      <span className="state-dot" aria-hidden="true" />
      <div className="state-words">
        <span className="state-name">{stateName(state, reason, centre, language, say)}</span>
        <StateClock />
      </div>
      {pending !== "" && (
        <span className="state-pending">
          {say("state.pending", { reason: reasonName(pending, centre, language, say) })}
        </span>
      )}
      <ButtonDropdown
        variant="normal"
        ariaLabel={say("state.change")}
        items={choices(state, pending, centre, language, say)}
        onItemClick={({ detail }) => {
          void (detail.id === READY
            ? store.ask("resume", (agent) => agent.resume())
            : store.ask("pause", (agent) => agent.pause(Number(detail.id))));
        }}
      >
        {say("state.change")}
      </ButtonDropdown>
    </div>
  );
}

function StateClock(): ReactNode {
  const { say } = useAppearance();
  const { facts, skew } = useDesk();
  const time = clockOf(useNow(skew) - shownSince(facts));
  return (
    <span className="state-clock" role="timer" aria-label={say("state.clock", { time })}>
      {time}
    </span>
  );
}

/** Tells since when the state that is shown has lasted: a talk on hold has been on hold since then. */
export function shownSince({ agent, call }: Facts): number {
  return (agent.state === STATES.holding ? call?.heldSince : undefined) ?? agent.since;
}

/** The colour of a state. */
export function toneOf(state: number): "ready" | "busy" | "paused" | "wrap-up" | "off" {
  if (state === STATES.ready) {
    return "ready";
  }
  if (isPaused(state)) {
    return "paused";
  }
  if (state === STATES.wrapUp) {
    return "wrap-up";
  }
  return state === STATES.signedOut || state === STATES.disconnected || state === STATES.fault ? "off" : "busy";
}

/** Gives "Paused: Meal", or the state alone where it has no reason or the reason says the same. */
export function stateName(
  state: number,
  reason: string,
  centre: Configuration | undefined,
  language: Language,
  say: Say,
): string {
  const key = keyOf("state", state);
  const name = key ? say(key) : String(state);
  const why = reason === "" ? "" : reasonName(reason, centre, language, say);
  return why === "" || why === name ? name : `${name} · ${why}`;
}

function reasonName(reason: string, centre: Configuration | undefined, language: Language, say: Say): string {
  const key = keyOf("reason", reason);
  const configured = centre?.reasons.find(({ name }) => name === reason)?.title;
  return key && !configured ? say(key) : titled(configured, language, reason);
}

function choices(
  state: number,
  pending: string,
  centre: Configuration | undefined,
  language: Language,
  say: Say,
): ButtonDropdownProps.ItemOrGroup[] {
  const atRest = isAtRest(state);
  const back = atRest ? state !== STATES.ready : pending !== "";
  const pauses = choosable(centre?.reasons ?? []).map(({ name, code, title }) => ({
    id: String(code),
    text: titled(title, language, name),
  }));
  return [
    ...(back ? [{ id: READY, text: say(atRest ? "state.goReady" : "state.pauseCancel") }] : []),
    {
      text: say(atRest ? "state.pauseNow" : "state.pauseLater"),
      items: [...pauses, { id: PLAIN_PAUSE, text: say("state.plainPause") }],
    },
  ];
}
