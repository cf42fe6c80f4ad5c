/** The whole page: sign-in, or the desk, which is fetched only when somebody is signed in. */

import { Activity, lazy, type ReactNode, Suspense, useState } from "react";

import type { Person } from "./agent/desk.js";
import { useDesk } from "./agent/useDesk.js";
import { Boundary } from "./Boundary.js";
import { SignIn } from "./signing/SignIn.js";
import { useAppearance } from "./texts/appearance.js";

const Desk = lazy(() => import("./desk/Desk.js"));

/** The page. */
export function App(): ReactNode {
  const { person } = useDesk();
  const { say } = useAppearance();
  const seated = useSeated();
  return (
    <Boundary words={say("app.failed")} again={say("app.reload")}>
      <Suspense
        fallback={
          <p className="loading" role="status">
            {say("app.loading")}
          </p>
        }
      >
        {seated && (
          <Activity key={seated.agentId} mode={person ? "visible" : "hidden"}>
            <Desk person={seated} />
          </Activity>
        )}
        {!person && <SignIn />}
      </Suspense>
    </Boundary>
  );
}

/**
 * Whose desk this is. Who was signed out without having asked for it finds the desk as it was, with the business pages
 * and what is typed into them, when they sign in again; whoever else signs in gets a desk of their own.
 */
function useSeated(): Person | undefined {
  const { person, left } = useDesk();
  const [seated, setSeated] = useState(person);
  const now = person ?? (left === "self" ? undefined : seated);
  if (now?.agentId !== seated?.agentId) {
    setSeated(now);
  }
  return now;
}
