/** The agent object of the icall contact centre, as an ES module. */

export { Agent } from "./agent.js";
export type { ControlEvents } from "./activex.js";
export { AgentError, type SignedIn, type VocInfo } from "./centre.js";
export { Commands, type FlowOptions, type TargetOptions } from "./commands.js";
export type { AgentConfig } from "./config.js";
export {
  ACTIONS,
  type ActionName,
  type CodeMap,
  CONNECTION_STATES,
  type ConnectionState,
  type Constants,
  CONTROLS,
  type ControlName,
  type EventName,
  EVENTS,
  type Reason,
  REASONS,
  RESULTS,
  type StateName,
  STATES,
  TARGET_KINDS,
  type TargetKind,
} from "./constants.js";
export {
  type DeviceIdentity,
  type DevicePort,
  type IncomingLeg,
  NullDevice,
  type SoftphoneCredentials,
  type TelephoneMaker,
  type TelephoneOptions,
  type TelephonePlace,
} from "./device.js";
export type { ControlHandler, Handler, HeardEvent } from "./events.js";
export type { AgentEvent, AgentFacts, CallFacts, Facts, Member } from "./frames.js";
export type { Outcome } from "./requests.js";
export type { ConnectionStatus } from "./station.js";
export type { Answer, Cancel, Channel, Clock, Locks, Question, Socket, Store, Surroundings } from "./surroundings.js";
export type { Role } from "./tabs.js";
export type { TelephoneFacts } from "./telephone.js";
export { BadTagString, readTags, type Tags, writeTags } from "./tags.js";
