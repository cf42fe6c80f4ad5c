import Tabs, { type TabsProps } from "@cloudscape-design/components/tabs";
import { type ReactNode, useEffect, useRef, useState } from "react";

import type { Configuration, ScreenPop } from "../agent/configuration.js";
import { useDesk } from "../agent/useDesk.js";
import { type Page, pagesAt } from "../call/screenPops.js";
import { useAppearance } from "../texts/appearance.js";
import { BusinessFrame } from "./BusinessFrame.js";

const HISTORY = "history";
const NO_PAGE = "none";
const NO_POPS: readonly ScreenPop[] = [];

/** A page of the business system with the title that it gives itself. */
interface OpenPage extends Page {
  readonly title: string;
}

interface Props {
  readonly centre: Configuration | undefined;
  /** Today's calls, where they are a tab among the pages. */
  readonly activity: ReactNode;
}

/** The business system's pages as tabs; the one of a call opens when it rings. */
export function Workspace({ centre, activity }: Props): ReactNode {
  const { say } = useAppearance();
  const pages = usePages(centre?.screenPops ?? NO_POPS);
  const tabs: TabsProps.Tab[] = [
    ...(pages.open.length === 0
      ? [{ id: NO_PAGE, label: say("pages.title"), content: <NoPage configured={centre?.screenPops.length !== 0} /> }]
      : []),
    ...pages.open.map((page) => pageTab(page, pages, say("pages.close", { name: page.title }))),
    ...(activity ? [{ id: HISTORY, label: say("pages.history"), content: activity }] : []),
  ];
  const active = tabs.some(({ id }) => id === pages.active) ? pages.active : (tabs[0]?.id ?? NO_PAGE);
  return (
    <main className="workspace">
      <Tabs
        ariaLabel={say("pages.title")}
        i18nStrings={{
          scrollLeftAriaLabel: say("pages.scrollLeft"),
          scrollRightAriaLabel: say("pages.scrollRight"),
        }}
        variant="container"
        fitHeight
        disableContentPaddings
        activeTabId={active}
        onChange={({ detail }) => {
          pages.show(detail.activeTabId);
        }}
        tabs={tabs}
      />
    </main>
  );
}

interface Pages {
  readonly open: readonly OpenPage[];
  readonly active: string;
  show(id: string): void;
  close(id: string): void;
  name(id: string, title: string): void;
}

function pageTab(page: OpenPage, pages: Pages, dismissLabel: string): TabsProps.Tab {
  return {
    id: page.id,
    label: page.title,
    dismissible: true,
    dismissLabel,
    onDismiss: () => {
      pages.close(page.id);
    },
    contentRenderStrategy: "eager",
    content: (
      <BusinessFrame
        page={page}
        named={(title) => {
          pages.name(page.id, title);
        }}
      />
    ),
  };
}

function NoPage({ configured }: { readonly configured: boolean }): ReactNode {
  const { say } = useAppearance();
  return (
    <div className="no-page">
      <h2>{say("pages.none")}</h2>
      <p>{say(configured ? "pages.noneHint" : "pages.noneConfigured")}</p>
    </div>
  );
}

/** Opens the pages of the call in hand: those of its ring when it is first seen, those of its talk when it talks. */
function usePages(pops: readonly ScreenPop[]): Pages {
  const { facts } = useDesk();
  const [open, setOpen] = useState<readonly OpenPage[]>([]);
  const [active, setActive] = useState("");
  const seen = useRef(new Set<string>());
  const call = facts.call;
  useEffect(() => {
    if (!call || pops.length === 0) {
      return;
    }
    const events = [...(call.direction === "inbound" ? ["Ring"] : []), ...(call.talkSince === null ? [] : ["Talk"])];
    const fresh = events
      .flatMap((event) => pagesAt(event, call.tags, pops, location.href))
      .filter(({ id }) => !seen.current.has(id));
    fresh.forEach(({ id }) => seen.current.add(id));
    if (fresh[0]) {
      setOpen((pages) => [...pages, ...fresh.map((page) => ({ ...page, title: page.name }))]);
      setActive(fresh[0].id);
    }
  }, [call, pops]);
  return {
    open,
    active,
    show: setActive,
    close: (id) => {
      setOpen((pages) => pages.filter((page) => page.id !== id));
    },
    name: (id, title) => {
      setOpen((pages) => pages.map((page) => (page.id === id ? { ...page, title } : page)));
    },
  };
}
