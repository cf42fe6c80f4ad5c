import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import Tabs, { type TabsProps } from "@cloudscape-design/components/tabs";
import { type ReactNode, useEffect, useReducer, useState } from "react";

import type { Configuration } from "../agent/configuration.js";
import { useDesk } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { BusinessFrame } from "./BusinessFrame.js";
import { MOST_OPEN, NO_PAGES, type OpenPage, type OpenPages, type PageDeed, pagesAfter } from "./openPages.js";
import { Frames } from "./unsaved.js";

const HISTORY = "history";
const NO_PAGE = "none";

interface Props {
  readonly centre: Configuration | undefined;
  /** Today's calls, where they are a tab among the pages. */
  readonly activity: ReactNode;
}

/**
 * The business system's pages as tabs; those of a call open at its events. Browsers load a frame anew whenever its
 * element is taken out of the page or moved in it: so the panels stand in the order in which they were opened, each
 * under its own key, and what is not in front is hidden. (In their other variants the tabs make the panels anew.)
 */
export function Workspace({ centre, activity }: Props): ReactNode {
  const { say } = useAppearance();
  const [pages, act] = usePages(centre);
  const [frames] = useState(() => new Frames());
  const [doubted, setDoubted] = useState<OpenPage>();
  const close = (page: OpenPage): void => {
    if (frames.objects(page.id)) {
      setDoubted(page);
    } else {
      act({ kind: "close", id: page.id });
    }
  };
  const tabs: TabsProps.Tab[] = [
    ...(pages.open.length === 0
      ? [{ id: NO_PAGE, label: say("pages.title"), content: <NoPage configured={centre?.screenPops.length !== 0} /> }]
      : []),
    ...pages.open.map((page) => pageTab(page, frames, act, close, say("pages.close", { name: labelOf(page) }))),
    ...(activity ? [{ id: HISTORY, label: say("pages.history"), content: activity }] : []),
  ];
  const active = tabs.some(({ id }) => id === pages.active) ? pages.active : (tabs[0]?.id ?? NO_PAGE);
  return (
    <main className="workspace">
      <div className="workspace-card">
        <NoRoom waiting={pages.waiting} />
        <div className="workspace-tabs">
          <Tabs
            ariaLabel={say("pages.title")}
            i18nStrings={{
              scrollLeftAriaLabel: say("pages.scrollLeft"),
              scrollRightAriaLabel: say("pages.scrollRight"),
            }}
            variant="default"
            fitHeight
            disableContentPaddings
            activeTabId={active}
            onChange={({ detail }) => {
              act({ kind: "show", id: detail.activeTabId });
            }}
            tabs={tabs}
          />
        </div>
      </div>
      <Unsaved page={doubted} act={act} done={setDoubted} />
    </main>
  );
}

function pageTab(
  page: OpenPage,
  frames: Frames,
  act: (deed: PageDeed) => void,
  close: (page: OpenPage) => void,
  dismissLabel: string,
): TabsProps.Tab {
  return {
    id: page.id,
    label: labelOf(page),
    dismissible: true,
    dismissLabel,
    onDismiss: () => {
      close(page);
    },
    contentRenderStrategy: "eager",
    content: (
      <BusinessFrame
        page={page}
        label={labelOf(page)}
        held={(frame) => frames.hold(page.id, frame)}
        named={(title) => {
          act({ kind: "name", id: page.id, title });
        }}
      />
    ),
  };
}

/** Ten work orders have one title: what tells them apart is whom they are about. */
function labelOf({ title, customer }: OpenPage): string {
  return customer === "" ? title : `${title} · ${customer}`;
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

function NoRoom({ waiting }: Pick<OpenPages, "waiting">): ReactNode {
  const { say } = useAppearance();
  const [next] = waiting;
  return next ? (
    <p className="bar bar-warning" role="alert">
      {say("pages.full", { most: MOST_OPEN, name: labelOf(next) })}
    </p>
  ) : null;
}

interface UnsavedProps {
  readonly page: OpenPage | undefined;
  readonly act: (deed: PageDeed) => void;
  readonly done: (page: undefined) => void;
}

/** A page that is to be closed says that something in it is not saved. */
function Unsaved({ page, act, done }: UnsavedProps): ReactNode {
  const { say } = useAppearance();
  if (!page) {
    return null;
  }
  const keep = (): void => {
    done(undefined);
  };
  const close = (): void => {
    act({ kind: "close", id: page.id });
    done(undefined);
  };
  return (
    <Modal
      visible
      header={say("pages.unsavedTitle", { name: labelOf(page) })}
      closeAriaLabel={say("pages.keep")}
      onDismiss={keep}
      footer={
        <div className="choices">
          <Button onClick={close}>{say("pages.closeAnyway")}</Button>
          <Button variant="primary" onClick={keep}>
            {say("pages.keep")}
          </Button>
        </div>
      }
    >
      {say("pages.unsaved")}
    </Modal>
  );
}

/** Opens the pages of what happens in the calls, as soon as it is known which. */
function usePages(centre: Configuration | undefined): readonly [OpenPages, (deed: PageDeed) => void] {
  const { moments } = useDesk();
  const [pages, act] = useReducer(pagesAfter, NO_PAGES);
  const pops = centre?.screenPops;
  useEffect(() => {
    if (pops) {
      act({ kind: "happened", moments, pops, base: location.href });
    }
  }, [moments, pops]);
  return [pages, act];
}
