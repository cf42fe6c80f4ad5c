import { STATES } from "icall-agent";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";

import { type Desk, isAtRest } from "../agent/desk.js";
import { isInTalk } from "../agent/states.js";
import type { Configuration, PastCall } from "../agent/configuration.js";
import { useDesk } from "../agent/useDesk.js";
import { LatestNotice } from "../desk/Messages.js";
import { useAppearance } from "../texts/appearance.js";
import { DialOut } from "./DialOut.js";
import { Dialling } from "./Dialling.js";
import { NoCall } from "./NoCall.js";
import { Recovering } from "./Recovering.js";
import { Ringing } from "./Ringing.js";
import { Talking } from "./Talking.js";
import { WrapUp } from "./WrapUp.js";

/** What the panel shows. */
type Scene = "none" | "ringing" | "dialling" | "talking" | "recovering" | "wrapUp";

interface Props {
  readonly centre: Configuration | undefined;
  readonly calls: readonly PastCall[];
}

/** The agent's call: ringing, dialling, talking, being written up; or none, and a number to call. */
export function CallPanel({ centre, calls }: Props): ReactNode {
  const { say } = useAppearance();
  const desk = useDesk();
  const scene = sceneOf(desk);
  const panel = useFocusKept(scene);
  return (
    <aside className="call-panel" aria-label={say("call.panel")} ref={panel} tabIndex={-1}>
      <LatestNotice />
      <SceneView scene={scene} centre={centre} />
      {isAtRest(desk.facts.agent.state) && <DialOut calls={calls} />}
    </aside>
  );
}

/** Tells which scene the desk is in. */
export function sceneOf({ facts }: Pick<Desk, "facts">): Scene {
  if (isInTalk(facts.agent.state)) {
    return facts.call?.state === "recovering" ? "recovering" : "talking";
  }
  switch (facts.agent.state) {
    case STATES.ringing:
      return "ringing";
    case STATES.dialling:
      return "dialling";
    case STATES.wrapUp:
      return "wrapUp";
    case STATES.disconnected:
      return facts.agent.wrapUpUntil > 0 ? "wrapUp" : "none";
    default:
      return "none";
  }
}

function SceneView({
  scene,
  centre,
}: {
  readonly scene: Scene;
  readonly centre: Configuration | undefined;
}): ReactNode {
  switch (scene) {
    case "ringing":
      return <Ringing centre={centre} />;
    case "dialling":
      return <Dialling />;
    case "talking":
      return <Talking centre={centre} />;
    case "recovering":
      return <Recovering centre={centre} />;
    case "wrapUp":
      return <WrapUp centre={centre} />;
    case "none":
      return <NoCall />;
  }
}

/** A button that was pressed goes with its scene: the focus then stays in the panel, and does not fall to the top. */
function useFocusKept(scene: Scene): RefObject<HTMLElement | null> {
  const panel = useRef<HTMLElement>(null);
  const inside = useRef(false);
  useEffect(() => {
    const note = ({ target }: FocusEvent): void => {
      inside.current = target instanceof Node && (panel.current?.contains(target) ?? false);
    };
    document.addEventListener("focusin", note);
    return () => {
      document.removeEventListener("focusin", note);
    };
  }, []);
  useEffect(() => {
    if (inside.current && document.activeElement === document.body) {
      panel.current?.querySelector<HTMLElement>("button, input")?.focus();
    }
  }, [scene]);
  return panel;
}
