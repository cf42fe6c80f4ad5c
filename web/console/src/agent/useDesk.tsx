/** How parts of the page reach the desk. */

import { createContext, type ReactNode, use, useCallback, useEffect, useState, useSyncExternalStore } from "react";

import type { Ask } from "./centre.js";
import type { Desk } from "./desk.js";
import type { DeskStore } from "./store.js";

const StoreContext = createContext<DeskStore | undefined>(undefined);

/** Gives everything below it the desk. */
export function DeskProvider({
  store,
  children,
}: {
  readonly store: DeskStore;
  readonly children: ReactNode;
}): ReactNode {
  return <StoreContext value={store}>{children}</StoreContext>;
}

/** Gives the store, to ask for something. */
export function useStore(): DeskStore {
  const store = use(StoreContext);
  if (!store) {
    throw new Error("useStore belongs below DeskProvider.");
  }
  return store;
}

/** Gives the desk, again after each change. */
export function useDesk(): Desk {
  const store = useStore();
  return useSyncExternalStore(store.watch, store.desk);
}

/** What is being loaded: nothing yet, the value, or that it failed. */
export type Loaded<Value> =
  { readonly kind: "loading" } | { readonly kind: "there"; readonly value: Value } | { readonly kind: "failed" };

/** Loads something, again whenever `news` changes; what was there stays until the new is there. */
export function useLoaded<Value>(
  load: (ask: Ask) => Promise<Value>,
  news: unknown,
): readonly [Loaded<Value>, () => void] {
  const store = useStore();
  const [loaded, setLoaded] = useState<Loaded<Value>>({ kind: "loading" });
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let wanted = true;
    load(store.get).then(
      (value) => {
        if (wanted) {
          setLoaded({ kind: "there", value });
        }
      },
      () => {
        if (wanted) {
          setLoaded({ kind: "failed" });
        }
      },
    );
    return () => {
      wanted = false;
    };
  }, [store, load, news, again]);
  const reload = useCallback(() => {
    setAgain((times) => times + 1);
  }, []);
  return [loaded, reload];
}
