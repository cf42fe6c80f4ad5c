import "./desk.css";

import { type ReactNode, useEffect, useState } from "react";

import { configurationOf, ownCalls } from "../agent/centre.js";
import type { Person } from "../agent/desk.js";
import { useDesk, useLoaded } from "../agent/useDesk.js";
import { CallPanel } from "../call/CallPanel.js";
import { useRinging } from "../sound/useRinging.js";
import { Activity } from "./Activity.js";
import { Announcements } from "./Announcements.js";
import { Dialogs } from "./Dialogs.js";
import { SoundBar } from "./SoundBar.js";
import { TopBar } from "./TopBar.js";
import { useShortcuts } from "./shortcuts.js";
import { StaleBar, Superseded } from "./Superseded.js";
import { Workspace } from "./Workspace.js";

/** Which dialog is open. */
export type DialogName = "help" | "microphone" | "";

/** From this width on, today's calls stand beside the business pages; below, they are a tab among them. */
const WIDE = "(min-width: 1600px)";

/** A call's history is written a moment after its end. */
const HISTORY_MS = 1500;

/** The desk of somebody who is signed in. */
export default function Desk({ person }: { readonly person: Person }): ReactNode {
  const desk = useDesk();
  const [dialog, setDialog] = useState<DialogName>("");
  const [configuration] = useLoaded(configurationOf, person.agentId);
  const [calls, reloadCalls] = useLoaded(ownCalls, useSettled(desk.historyNews));
  const centre = configuration.kind === "there" ? configuration.value : undefined;
  const wide = useMedia(WIDE);
  useEffect(
    () => () => {
      // The desk is put away: no dialog outlives its session.
      setDialog("");
    },
    [],
  );
  const ringing = useRinging(desk);
  useShortcuts(desk, () => {
    setDialog("help");
  });
  const activity = <Activity calls={calls} reload={reloadCalls} centre={centre} />;
  return (
    <div className="desk">
      <TopBar person={person} centre={centre} open={setDialog} />
      <div className="bars">
        <StaleBar />
        <SoundBar blocked={ringing.blocked} open={setDialog} />
      </div>
      <div className={wide ? "desk-body desk-body-wide" : "desk-body"}>
        <CallPanel centre={centre} calls={calls.kind === "there" ? calls.value : []} />
        <Workspace centre={centre} activity={wide ? undefined : activity} />
        {wide && <aside className="activity-panel">{activity}</aside>}
      </div>
      <Announcements />
      <Superseded />
      <Dialogs
        open={dialog}
        close={() => {
          setDialog("");
        }}
      />
    </div>
  );
}

function useMedia(query: string): boolean {
  const [fits, setFits] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const changed = (): void => {
      setFits(list.matches);
    };
    list.addEventListener("change", changed);
    return () => {
      list.removeEventListener("change", changed);
    };
  }, [query]);
  return fits;
}

function useSettled(news: number): number {
  const [settled, setSettled] = useState(news);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(news);
    }, HISTORY_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [news]);
  return settled;
}
