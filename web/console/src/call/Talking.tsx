import { type ReactNode, useState } from "react";

import type { Configuration } from "../agent/configuration.js";
import type { Desk } from "../agent/desk.js";
import { useDesk, useStore } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { ActionButton } from "./ActionButton.js";
import { clockOf, useNow } from "./clock.js";
import { EarlierCalls } from "./EarlierCalls.js";
import { HangUpButton } from "./HangUpButton.js";
import { Keypad } from "./Keypad.js";
import { MutedHint } from "./MutedHint.js";
import { TagList } from "./TagList.js";
import { customerNumber } from "./tags.js";

/** A conversation: how long, whether the customer is on hold, and what can be done. */
export function Talking({ centre }: { readonly centre: Configuration | undefined }): ReactNode {
  const { say } = useAppearance();
  const desk = useDesk();
  const call = desk.facts.call;
  const held = call?.held ?? false;
  return (
    <section className={held ? "card card-held" : "card card-talking"} aria-labelledby="talking-title">
      <p className="card-kind">
        {say(held ? "call.held" : "call.talking")}
        {desk.recording && (
          <span className="recording">
            <span className="recording-dot" aria-hidden="true" />
            {say("call.recording")}
          </span>
        )}
      </p>
      <h2 id="talking-title" className="card-number">
        {customerNumber(call?.tags, say)}
      </h2>
      <Clocks desk={desk} />
      <Controls held={held} muted={desk.telephone.muted} />
      <TagList tags={call?.tags ?? {}} centre={centre} />
      {call?.direction === "inbound" && <EarlierCalls callId={call.callId} centre={centre} />}
    </section>
  );
}

function Clocks({ desk }: { readonly desk: Desk }): ReactNode {
  const { say } = useAppearance();
  const now = useNow(desk.skew);
  const { talkSince, heldSince } = desk.facts.call ?? { talkSince: null, heldSince: null };
  return (
    <p className="clocks">
      <span className="clock-name">{say("call.talkTime")}</span>
      <span className="clock" role="timer">
        {clockOf(now - (talkSince ?? now))}
      </span>
      {heldSince !== null && (
        <span className="held-for">{say("call.heldFor", { time: clockOf(now - heldSince) })}</span>
      )}
    </p>
  );
}

function Controls({ held, muted }: { readonly held: boolean; readonly muted: boolean }): ReactNode {
  const { say } = useAppearance();
  const store = useStore();
  const { role } = useDesk();
  const [keypad, setKeypad] = useState(false);
  return (
    <>
      <div className="act-row act-row-wide">
        <ActionButton
          words={say(held ? "call.retrieve" : "call.hold")}
          icon={held ? "play" : "pause"}
          shortcut="F4"
          act={() => store.ask(held ? "retrieve" : "hold", (agent) => (held ? agent.retrieve() : agent.hold()))}
        />
        {store.hasSound && role === "owner" && (
          <ActionButton
            words={say(muted ? "call.unmute" : "call.mute")}
            icon={muted ? "microphone-off" : "microphone"}
            shortcut="F9"
            act={() => store.ask("mute", (agent) => agent.mute(!muted))}
          />
        )}
        <ActionButton
          words={say("call.keypad")}
          icon="keyboard"
          pressed={keypad}
          act={() => {
            setKeypad(!keypad);
            return Promise.resolve();
          }}
        />
        <HangUpButton />
      </div>
      <MutedHint />
      {keypad && <Keypad />}
    </>
  );
}
