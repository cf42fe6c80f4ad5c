import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import { type ReactNode, useState } from "react";

import { connectionWords, isSuperseded } from "../agent/desk.js";
import { useDesk, useStore } from "../agent/useDesk.js";
import { clockOf, useNow } from "../call/clock.js";
import { useAppearance } from "../texts/appearance.js";

/** A cut shorter than this needs no bar across the page: the light tells of it. */
const PATIENCE_MS = 3000;

/** Another page of this agent took over: everything here is out of date until the agent asks for it, and only then. */
export function Superseded(): ReactNode {
  const { connection } = useDesk();
  return isSuperseded(connection) ? <SupersededDialog /> : null;
}

/** Closed, it leaves everything as it is; the bar across the page stays. */
function SupersededDialog(): ReactNode {
  const { say } = useAppearance();
  const useHere = useTakingOver();
  const [open, setOpen] = useState(true);
  return (
    <Modal
      visible={open}
      header={say("connection.supersededTitle")}
      closeAriaLabel={say("dialog.close")}
      onDismiss={() => {
        setOpen(false);
      }}
      footer={
        <Button variant="primary" onClick={useHere}>
          {say("connection.useHere")}
        </Button>
      }
    >
      {say("connection.superseded")}
    </Modal>
  );
}

function useTakingOver(): () => void {
  const store = useStore();
  return () => {
    store.agent.takeOver();
    store.refresh();
  };
}

/** Says what is not to be relied on while there is no connection, and where the sound is if it is not here. */
export function StaleBar(): ReactNode {
  const { say } = useAppearance();
  const { connection, cutOffSince, role } = useDesk();
  const useHere = useTakingOver();
  const now = useNow(0);
  if (isSuperseded(connection)) {
    return (
      <p className="bar bar-warning" role="status">
        {say("connection.superseded")} <UseHere words={say("connection.useHere")} useHere={useHere} />
      </p>
    );
  }
  if (cutOffSince !== null && now - cutOffSince >= PATIENCE_MS) {
    return (
      <p className="bar bar-warning" role="alert">
        {connectionWords(connection.state, connection.reason, say)}{" "}
        <span aria-live="off">{say("connection.stale", { time: clockOf(now - cutOffSince) })}</span>
      </p>
    );
  }
  if (role !== "mirror") {
    return null;
  }
  return (
    <p className="bar bar-info" role="status">
      {say("connection.mirror")} <UseHere words={say("connection.takeOver")} useHere={useHere} />
    </p>
  );
}

function UseHere({ words, useHere }: { readonly words: string; readonly useHere: () => void }): ReactNode {
  return (
    <button type="button" className="quiet" onClick={useHere}>
      {words}
    </button>
  );
}
