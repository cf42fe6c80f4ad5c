import { type ReactNode, useEffect, useRef, useState } from "react";

import { useDesk, useStore } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { Keys } from "./keys.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** The telephone's keys, by mouse or, from its opening on and while it has the focus, by the keyboard's own. */
export function Keypad(): ReactNode {
  const { say } = useAppearance();
  const { keysSent } = useDesk();
  const store = useStore();
  const [keys] = useState(() => new Keys((typed) => store.ask("sendDtmf", (agent) => agent.sendDtmf(typed))));
  const pad = useRef<HTMLDivElement>(null);
  useEffect(() => {
    pad.current?.focus();
  }, []);
  return (
    <div
      ref={pad}
      className="keypad"
      role="group"
      aria-label={say("keypad.title")}
      tabIndex={-1}
      onKeyDown={({ key, ctrlKey, altKey, metaKey }) => {
        if (KEYS.includes(key) && !ctrlKey && !altKey && !metaKey) {
          keys.type(key);
        }
      }}
    >
      {KEYS.map((key) => (
        <button
          key={key}
          type="button"
          aria-label={say("keypad.key", { key })}
          onClick={() => {
            keys.type(key);
          }}
        >
          {key}
        </button>
      ))}
      <p role="status" className="keypad-sent">
        {keysSent === "" ? " " : say("keypad.sent", { keys: keysSent })}
      </p>
    </div>
  );
}
