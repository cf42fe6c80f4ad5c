/** The microphone check: opens it, measures it, says why it cannot be had. */

import { STATES } from "icall-agent";
import { useEffect, useState } from "react";

import { useDesk, useStore } from "../agent/useDesk.js";
import type { TextKey } from "../texts/en-US.js";

/** A microphone under test. */
export interface MicrophoneCheck {
  readonly kind: "idle" | "opening" | "open" | "failed";
  /** From 0 to 100. */
  readonly level: number;
  readonly heard: boolean;
  readonly problem: TextKey | undefined;
  readonly microphones: readonly MediaDeviceInfo[];
  readonly chosen: string;
  start(microphone?: string): void;
}

const IDLE = { kind: "idle", level: 0, heard: false, problem: undefined, microphones: [], chosen: "" } as const;
const HEARD_LEVEL = 8;
const LOUD = 300;
const MEASURE_MS = 80;

/** Tells why a microphone cannot be had. */
export function problemOf(error: unknown): TextKey {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "microphone.refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "microphone.missing";
    default:
      return "microphone.busy";
  }
}

/** Gives the loudness of samples from -1 to 1, as 0 to 100. */
export function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  return Math.min(100, Math.round(Math.sqrt(power) * LOUD));
}

/** Checks a microphone for as long as the part of the page that asks is shown. */
export function useMicrophoneCheck(): MicrophoneCheck {
  const [check, setCheck] = useState<Omit<MicrophoneCheck, "start">>(IDLE);
  const [wanted, setWanted] = useState<{ readonly microphone: string }>();
  useEffect(() => {
    if (!wanted) {
      return undefined;
    }
    const ended = new AbortController();
    const merge = (changes: Partial<MicrophoneCheck>): void => {
      if (!ended.signal.aborted) {
        setCheck((before) => ({ ...before, ...changes }));
      }
    };
    merge({ ...IDLE, kind: "opening", chosen: wanted.microphone });
    measure(wanted.microphone, merge, ended.signal).catch((error: unknown) => {
      merge({ kind: "failed", problem: problemOf(error) });
    });
    return () => {
      ended.abort();
    };
  }, [wanted]);
  return {
    ...check,
    start: (microphone = "") => {
      setWanted({ microphone });
    },
  };
}

async function measure(
  microphone: string,
  merge: (changes: Partial<MicrophoneCheck>) => void,
  ended: AbortSignal,
): Promise<void> {
  if (!isSecureContext) {
    merge({ kind: "failed", problem: "microphone.insecure" });
    return;
  }
  const audio = microphone === "" ? true : { deviceId: { exact: microphone } };
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  const stop = listen(stream, (level) => {
    merge({ level, ...(level >= HEARD_LEVEL ? { heard: true } : {}) });
  });
  ended.addEventListener("abort", stop);
  if (ended.aborted) {
    stop();
    return;
  }
  const devices = await navigator.mediaDevices.enumerateDevices();
  const chosen = stream.getAudioTracks()[0]?.getSettings().deviceId ?? "";
  merge({ kind: "open", chosen, microphones: devices.filter(({ kind }) => kind === "audioinput") });
}

function listen(stream: MediaStream, told: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    told(levelOf(samples));
  }, MEASURE_MS);
  return () => {
    clearInterval(timer);
    stream.getTracks().forEach((track) => {
      track.stop();
    });
    void context.close();
  };
}

/** What the browser tells of microphones without being asked for one. */
export interface MicrophoneFacts {
  readonly secure: boolean;
  /** Undefined where the browser does not tell. */
  readonly permission: PermissionState | undefined;
  readonly microphones: readonly Pick<MediaDeviceInfo, "label">[];
}

/** Tells why callers would not hear this page, or would have to wait until the browser has asked the agent. */
export function troubleOf({ secure, permission, microphones }: MicrophoneFacts): TextKey | undefined {
  if (!secure) {
    return "microphone.trouble.insecure";
  }
  if (permission === "denied") {
    return "microphone.trouble.refused";
  }
  if (microphones.length === 0) {
    return "microphone.trouble.missing";
  }
  // A browser that was allowed one for this visit alone goes on saying "prompt", but tells the names.
  const named = microphones.some(({ label }) => label !== "");
  return permission === "prompt" && !named ? "microphone.trouble.unasked" : undefined;
}

/** Tells, before any call, what is wrong with the microphone of an agent whose calls ring in this page. */
export function useMicrophoneTrouble(): TextKey | undefined {
  const { facts } = useDesk();
  const { hasSound } = useStore();
  const needed = hasSound && facts.agent.device === "browser";
  const ready = facts.agent.state === STATES.ready;
  const [trouble, setTrouble] = useState<TextKey>();
  useEffect(() => {
    const watching = new AbortController();
    void watch(setTrouble, watching.signal);
    return () => {
      watching.abort();
    };
    // Looked at again when the agent becomes ready.
  }, [ready]);
  return needed ? trouble : undefined;
}

async function watch(told: (trouble: TextKey | undefined) => void, signal: AbortSignal): Promise<void> {
  // The types promise what a page without a secure address does not have.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const permission = await microphonePermission();
  const look = async (): Promise<void> => {
    const all = (await devices?.enumerateDevices()) ?? [];
    const microphones = all.filter(({ kind }) => kind === "audioinput");
    if (!signal.aborted) {
      told(troubleOf({ secure: devices !== undefined, permission: permission?.state, microphones }));
    }
  };
  permission?.addEventListener("change", () => void look(), { signal });
  devices?.addEventListener("devicechange", () => void look(), { signal });
  await look();
}

async function microphonePermission(): Promise<PermissionStatus | undefined> {
  try {
    return await navigator.permissions.query({ name: "microphone" });
  } catch {
    // A browser that does not tell: the check dialog will.
    return undefined;
  }
}
