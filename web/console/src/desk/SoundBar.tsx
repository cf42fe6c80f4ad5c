import type { ReactNode } from "react";

import { useDesk, useStore } from "../agent/useDesk.js";
import { useMicrophoneRefused } from "../sound/microphone.js";
import { useAppearance } from "../texts/appearance.js";
import type { DialogName } from "./Desk.js";

interface Props {
  readonly blocked: boolean;
  readonly open: (dialog: DialogName) => void;
}

/** What keeps this page from being heard, or from being heard ringing. */
export function SoundBar({ blocked, open }: Props): ReactNode {
  const { say } = useAppearance();
  const { facts } = useDesk();
  const { hasSound } = useStore();
  const refused = useMicrophoneRefused() && hasSound && facts.agent.device === "browser";
  return (
    <>
      {refused && (
        <p className="bar bar-warning" role="alert">
          {say("microphone.banner")}{" "}
          <button
            type="button"
            className="quiet"
            onClick={() => {
              open("microphone");
            }}
          >
            {say("microphone.check")}
          </button>
        </p>
      )}
      {blocked && (
        <p className="bar bar-info" role="status">
          {say("sound.blocked")}
        </p>
      )}
    </>
  );
}
