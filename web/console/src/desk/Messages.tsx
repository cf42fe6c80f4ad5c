import type { ReactNode } from "react";

import type { Notice } from "../agent/notices.js";
import { useDesk, useStore } from "../agent/useDesk.js";
import { timeOf } from "../call/clock.js";
import { useAppearance } from "../texts/appearance.js";

/** The newest notice that holds, where the agent is looking. */
export function LatestNotice(): ReactNode {
  const { notices } = useDesk();
  const newest = notices.find(({ holds }) => holds);
  // The region is always there: a screen reader hears only of changes in what it knows.
  return (
    <div className="latest" aria-live="polite">
      {newest && <NoticeView notice={newest} />}
    </div>
  );
}

/** Everything the agent was told lately. */
export function Messages(): ReactNode {
  const { say } = useAppearance();
  const { notices } = useDesk();
  return (
    <section className="messages" aria-labelledby="messages-title">
      <h2 id="messages-title">{say("messages.title")}</h2>
      {notices.length === 0 && <p className="hint">{say("messages.none")}</p>}
      <ul>
        {notices.map((notice) => (
          <li key={notice.id}>
            <NoticeView notice={notice} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function NoticeView({ notice }: { readonly notice: Notice }): ReactNode {
  const { say, language } = useAppearance();
  const store = useStore();
  return (
    <div className={`notice notice-${notice.tone}`}>
      <span className="notice-time">{timeOf(notice.at, language)}</span>
      <span className="notice-words">
        {notice.words(say)} {notice.holds && notice.advice?.(say)}
      </span>
      <button
        type="button"
        className="quiet notice-close"
        aria-label={say("messages.dismiss")}
        onClick={() => {
          store.dismiss(notice.id);
        }}
      >
        ×
      </button>
    </div>
  );
}
