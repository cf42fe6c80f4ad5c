/** This page's telephone. */

import { type DevicePort, NullDevice } from "icall-agent";

/** Gives the device that suits the centre's carrier. */
export function pageDevice(): DevicePort {
  return new NullDevice();
}
