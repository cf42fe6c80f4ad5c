import Modal from "@cloudscape-design/components/modal";
import { lazy, type ReactNode, Suspense } from "react";

import { Boundary } from "../Boundary.js";
import { useAppearance } from "../texts/appearance.js";
import type { DialogName } from "./Desk.js";
import { Help } from "./Help.js";

const MicrophoneDialog = lazy(() => import("./MicrophoneDialog.js"));

interface Props {
  readonly open: DialogName;
  readonly close: () => void;
}

/** The dialogs that an agent opens by themself. */
export function Dialogs({ open, close }: Props): ReactNode {
  const { say } = useAppearance();
  if (open === "") {
    return null;
  }
  return (
    <Modal
      visible
      header={say(open === "help" ? "help.title" : "microphone.title")}
      closeAriaLabel={say("dialog.close")}
      onDismiss={close}
    >
      {open === "help" ? (
        <Help />
      ) : (
        <Boundary words={say("app.failed")} again={say("app.reload")}>
          <Suspense fallback={say("app.loading")}>
            <MicrophoneDialog />
          </Suspense>
        </Boundary>
      )}
    </Modal>
  );
}
