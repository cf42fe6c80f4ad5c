/** This page's telephone. */

import type { DevicePort } from "icall-agent";

/** Gives the device that suits the centre's carrier; undefined where this page has no sound of its own. */
export function pageDevice(): DevicePort | undefined {
  return undefined;
}
