/** The whole page: sign-in, or the desk, which is fetched only when somebody is signed in. */

import { lazy, type ReactNode, Suspense } from "react";

import { useDesk } from "./agent/useDesk.js";
import { Boundary } from "./Boundary.js";
import { SignIn } from "./signing/SignIn.js";
import { useAppearance } from "./texts/appearance.js";

const Desk = lazy(() => import("./desk/Desk.js"));

/** The page. */
export function App(): ReactNode {
  const { person } = useDesk();
  const { say } = useAppearance();
  return (
    <Boundary words={say("app.failed")} again={say("app.reload")}>
      <Suspense
        fallback={
          <p className="loading" role="status">
            {say("app.loading")}
          </p>
        }
      >
        {person ? <Desk key={person.agentId} person={person} /> : <SignIn />}
      </Suspense>
    </Boundary>
  );
}
