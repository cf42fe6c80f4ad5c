import type { ReactNode } from "react";

import { useMicrophoneTrouble } from "../sound/microphone.js";
import { useAppearance } from "../texts/appearance.js";
import type { DialogName } from "./Desk.js";

interface Props {
  readonly blocked: boolean;
  readonly open: (dialog: DialogName) => void;
}

/** What keeps this page from being heard, or from being heard ringing. */
export function SoundBar({ blocked, open }: Props): ReactNode {
  const { say } = useAppearance();
  const trouble = useMicrophoneTrouble();
  return (
    <>
      {trouble && (
        <p className="bar bar-warning" role="alert">
          {say(trouble)}{" "}
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
