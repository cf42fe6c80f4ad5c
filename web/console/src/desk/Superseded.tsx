import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import type { ReactNode } from "react";

import { connectionWords } from "../agent/desk.js";
import { useDesk, useStore } from "../agent/useDesk.js";
import { clockOf, useNow } from "../call/clock.js";
import { useAppearance } from "../texts/appearance.js";

/** A cut shorter than this needs no bar across the page: the light tells of it. */
const PATIENCE_MS = 3000;

/** Another page of this agent took over: everything here is out of date until it is used again. */
export function Superseded(): ReactNode {
  const { say } = useAppearance();
  const { connection } = useDesk();
  const store = useStore();
  const useHere = (): void => {
    store.agent.takeOver();
    store.refresh();
  };
  return (
    <Modal
      visible={connection.state === "disconnected" && connection.reason === "superseded"}
      header={say("connection.supersededTitle")}
      closeAriaLabel={say("connection.useHere")}
      onDismiss={useHere}
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

/** Says what is not to be relied on while there is no connection, and where the sound is if it is not here. */
export function StaleBar(): ReactNode {
  const { say } = useAppearance();
  const { connection, cutOffSince, role } = useDesk();
  const store = useStore();
  const now = useNow(0);
  if (connection.reason === "superseded") {
    return null;
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
    <p className="bar bar-info">
      {say("connection.mirror")}{" "}
      <button
        type="button"
        className="quiet"
        onClick={() => {
          store.agent.takeOver();
        }}
      >
        {say("connection.takeOver")}
      </button>
    </p>
  );
}
