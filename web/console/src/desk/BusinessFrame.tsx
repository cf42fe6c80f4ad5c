import Button from "@cloudscape-design/components/button";
import { type ReactNode, useEffect, useRef, useState } from "react";

import type { Page } from "../call/screenPops.js";
import { useAppearance } from "../texts/appearance.js";
import { forwardKeys } from "./shortcuts.js";

/** How long a page may take before the agent is told that it does. */
const SLOW_MS = 8000;

/**
 * What a page may do. It is the business system's own, and of this origin it needs scripts and the origin to find the
 * agent object. It may not navigate the console away (no allow-top-navigation): a link with target=_top, or a slip in
 * its script, would end the agent's page in mid-call. Camera and microphone are not given: nothing stands in `allow`.
 */
const SANDBOX =
  "allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups allow-popups-to-escape-sandbox";

interface Props {
  readonly page: Page;
  readonly label: string;
  readonly named: (title: string) => void;
  /** Gets the frame's element while there is one; gives what lets it go. */
  readonly held: (frame: HTMLIFrameElement) => () => void;
}

/** One page of the business system, inside the console, in one frame for as long as its tab is open. */
export function BusinessFrame({ page, label, named, held }: Props): ReactNode {
  const { say } = useAppearance();
  const [turn, setTurn] = useState(0);
  const [loading, setLoading] = useState(true);
  const slow = useSlow(loading, turn);
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => (frame.current ? held(frame.current) : undefined));
  if (page.href === "") {
    return (
      <p className="no-page" role="alert">
        {say("pages.bad", { name: page.name })}
      </p>
    );
  }
  const reload = (): void => {
    if (frame.current) {
      setLoading(true);
      setTurn(turn + 1);
      loadAgain(frame.current, page);
    }
  };
  return (
    <div className="business">
      <FrameBar page={page} loading={loading} slow={slow} reload={reload} />
      <iframe
        ref={frame}
        className="business-frame"
        title={label}
        src={page.href}
        sandbox={SANDBOX}
        referrerPolicy="same-origin"
        onLoad={({ currentTarget }) => {
          setLoading(false);
          if (page.atHome) {
            adopt(currentTarget, named);
          }
        }}
      />
    </div>
  );
}

interface BarProps {
  readonly page: Page;
  readonly loading: boolean;
  readonly slow: boolean;
  readonly reload: () => void;
}

function FrameBar({ page, loading, slow, reload }: BarProps): ReactNode {
  const { say } = useAppearance();
  return (
    <div className="business-bar">
      <p className="business-words" role="status">
        {!page.atHome && `${say("pages.foreign", { origin: new URL(page.href).origin })} `}
        {loading && say(slow ? "pages.slow" : "pages.loading")}
      </p>
      <Button
        variant="inline-link"
        href={page.href}
        target="_blank"
        rel="noopener"
        iconName="external"
        iconAlign="right"
      >
        {say("pages.openOutside")}
      </Button>
      <Button variant="icon" iconName="refresh" ariaLabel={say("pages.reload")} onClick={reload} />
    </div>
  );
}

/** Loads the page anew in its place, so that the browser asks before it lets unsaved work go. */
function loadAgain(frame: HTMLIFrameElement, page: Page): void {
  try {
    if (page.atHome && frame.contentWindow) {
      frame.contentWindow.location.reload();
      return;
    }
  } catch {
    // It has gone to another origin meanwhile: back to where it began.
  }
  frame.src = page.href;
}

/** A page of our own origin: takes its title, and lets our shortcuts work while the focus is in it. */
function adopt(frame: HTMLIFrameElement, named: (title: string) => void): void {
  try {
    const inside = frame.contentDocument;
    if (inside?.title) {
      named(inside.title);
    }
    forwardKeys(frame.contentWindow);
  } catch {
    // It has gone to another origin meanwhile: then it is left alone.
  }
}

function useSlow(loading: boolean, turn: number): boolean {
  const [slowTurn, setSlowTurn] = useState(-1);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSlowTurn(turn);
    }, SLOW_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [turn]);
  return loading && slowTurn === turn;
}
