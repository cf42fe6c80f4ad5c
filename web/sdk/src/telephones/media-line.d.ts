/** What went wrong, by a code for the page's own words; `message` is plain English. */
export class LineError extends Error {
  constructor(code: LineError["code"], message: string);
  readonly code: "insecure" | "refused-microphone" | "no-microphone" | "broken-microphone" | "unreachable" | "refused";
}

/** Sound between this page and a party of the emulated carrier. */
export class MediaLine {
  constructor(carrier: string, party: string);
  readonly remote: MediaStream;
  readonly hasMicrophone: boolean;
  onState: ((state: "connecting" | "connected" | "lost") => void) | undefined;
  open(): Promise<void>;
  useMicrophone(): Promise<void>;
  releaseMicrophone(): Promise<void>;
  mute(on: boolean): void;
  close(): void;
}

/** Makes what arrives heard: a browser may want a click or a key before it lets a page sound. */
export class Loudspeaker {
  constructor(stream: MediaStream);
  play(): Promise<void>;
  close(): void;
}

/** Asks for the microphone; LineError tells why there is none. */
export function openMicrophone(): Promise<MediaStreamTrack>;
