/** Questions to the contact centre that are no part of the agent object. */

import type { Configuration, PastCall } from "./configuration.js";

/** What could not be had, with its HTTP status; 0 where there was no answer. */
export class CentreError extends Error {
  override readonly name = "CentreError";
  readonly status: number;

  constructor(status: number) {
    super(`The contact centre answered ${status}.`);
    this.status = status;
  }
}

/** Asks a path, signed in: gives status and body; always resolves. */
export type Ask = (path: string) => Promise<{ readonly status: number; readonly body: object }>;

/** The centre's configuration, as this agent needs it; rejects with CentreError. */
export async function configurationOf(ask: Ask): Promise<Configuration> {
  return (await good(ask("/agent/configuration"))) as Configuration;
}

/** The agent's calls of the last 24 hours, newest first; rejects with CentreError. */
export async function ownCalls(ask: Ask): Promise<readonly PastCall[]> {
  return ((await good(ask("/agent/calls"))) as { readonly calls: readonly PastCall[] }).calls;
}

/** The earlier calls of a call's customer, newest first; rejects with CentreError. */
export async function earlierCalls(ask: Ask, callId: string): Promise<readonly PastCall[]> {
  const path = `/agent/calls/${encodeURIComponent(callId)}/earlier`;
  return ((await good(ask(path))) as { readonly calls: readonly PastCall[] }).calls;
}

async function good(answer: ReturnType<Ask>): Promise<object> {
  const { status, body } = await answer;
  if (status !== 200) {
    throw new CentreError(status);
  }
  return body;
}
