import type { ReactNode } from "react";

import { useDesk, useStore } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** The telephone's keys, by mouse or, while one of them has the focus, by the keyboard's own. */
export function Keypad(): ReactNode {
  const { say } = useAppearance();
  const { keysSent } = useDesk();
  const store = useStore();
  const send = (key: string): void => {
    void store.ask("sendDtmf", (agent) => agent.sendDtmf(key));
  };
  return (
    <div
      className="keypad"
      role="group"
      aria-label={say("keypad.title")}
      onKeyDown={({ key }) => {
        if (KEYS.includes(key)) {
          send(key);
        }
      }}
    >
      {KEYS.map((key) => (
        <button
          key={key}
          type="button"
          aria-label={say("keypad.key", { key })}
          onClick={() => {
            send(key);
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
