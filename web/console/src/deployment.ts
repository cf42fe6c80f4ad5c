/** What this installation of the page is told of its surroundings: deployment.json, beside index.html. */

import type { TelephonePlace } from "icall-agent";

/** Every field may be missing: then the contact centre is at this page's own origin, and this page has no sound. */
export interface Deployment {
  /** Where the contact centre's HTTP interface is. */
  readonly api?: string;
  /** Where its WebSocket is. */
  readonly socket?: string;
  /** Which telephone this page has. */
  readonly telephone?: TelephonePlace;
}

/** Reads it; a page without one is at home at its origin. */
export async function deploymentOf(base: string): Promise<Deployment> {
  const answer = await fetch(`${base}deployment.json`, { cache: "no-store" }).catch(() => undefined);
  const json = answer?.headers.get("Content-Type")?.startsWith("application/json") ?? false;
  return answer?.ok && json ? ((await answer.json()) as Deployment) : {};
}
