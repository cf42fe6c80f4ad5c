import { STATES } from "icall-agent";

/** The states in which the agent is in a call that has begun, with whomever. */
const IN_TALK: readonly number[] = [
  STATES.reserved,
  STATES.talking,
  STATES.holding,
  STATES.consulting,
  STATES.conference,
  STATES.monitoring,
];

/** True where the agent is in a call that has begun. */
export function isInTalk(state: number): boolean {
  return IN_TALK.includes(state);
}
