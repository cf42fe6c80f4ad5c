/** This page's telephone. */

import type { DevicePort } from "icall-agent";

import type { Deployment } from "../deployment.js";

/** How long before its end a token is replaced, in ms. */
const TOKEN_REFRESH_MS = 60_000;

/** Gives the device that suits the carrier, fetched only where it is used; undefined where this page has no sound. */
export async function pageDevice(
  { telephone }: Deployment,
  language: string,
  onTrouble: (message: string) => void,
): Promise<DevicePort | undefined> {
  switch (telephone?.kind) {
    case "emulated": {
      const { EmulatedCarrierDevice } = await import("../../../devices/emulated-carrier.js");
      return new EmulatedCarrierDevice(telephone.carrier, { language, onTrouble });
    }
    case "twilio": {
      const { TwilioVoiceDevice } = await import("../../../devices/twilio-voice.js");
      return new TwilioVoiceDevice((token) => twilioDevice(token, telephone.edge), { language, onTrouble });
    }
    case undefined:
      return undefined;
  }
}

/** Twilio's own SDK, silent: the page rings by itself, and nobody else logs what it sees. */
async function twilioDevice(token: string, edge: readonly string[] = ["roaming"]) {
  const { Device } = await import("@twilio/voice-sdk");
  const device = new Device(token, {
    allowIncomingWhileBusy: true,
    edge: [...edge],
    logLevel: "silent",
    tokenRefreshMs: TOKEN_REFRESH_MS,
  });
  device.audio?.incoming(false);
  return device;
}
