/** This page's telephone. */

import type { DevicePort } from "icall-agent";

import type { Deployment } from "../deployment.js";

/** Gives the device that suits the carrier, fetched only where it is used; undefined where this page has no sound. */
export async function pageDevice(
  { emulatedCarrier }: Deployment,
  language: string,
  onTrouble: (message: string) => void,
): Promise<DevicePort | undefined> {
  if (!emulatedCarrier) {
    return undefined;
  }
  const { EmulatedCarrierDevice } = await import("../../../devices/emulated-carrier.js");
  return new EmulatedCarrierDevice(emulatedCarrier, { language, onTrouble });
}
