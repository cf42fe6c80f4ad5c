/** The sound of one talk: the microphone goes in, what arrives comes out. */

import { Loudspeaker, openMicrophone } from "./media-line.js";

/** What a talk sounds through; it is used for one talk, and closed with it. */
export interface TalkSound {
  /** What is sent until the microphone is there: silence, so that nobody takes the line for dead. */
  readonly silence: MediaStream;
  /** Makes heard what arrives over a connection. */
  plays(connection: RTCPeerConnection): void;
  /** Asks for the microphone and sends it; rejects with LineError, and then goes on sending silence. */
  useMicrophone(connection: RTCPeerConnection): Promise<void>;
  /** Whether the microphone is off, or is to be when it comes. */
  mute(on: boolean): void;
  close(): void;
}

/** The page's own microphone and loudspeaker. */
export class PageSound implements TalkSound {
  readonly #context = new AudioContext();
  readonly silence = this.#context.createMediaStreamDestination().stream;
  /** What arrives, for a meter. */
  readonly remote = new MediaStream();
  readonly #loudspeaker = new Loudspeaker(this.remote);
  #microphone: MediaStreamTrack | undefined;
  #muted = false;
  #closed = false;

  plays(connection: RTCPeerConnection): void {
    connection.addEventListener("track", ({ track }) => {
      this.remote.addTrack(track);
      void this.#loudspeaker.play();
    });
  }

  async useMicrophone(connection: RTCPeerConnection): Promise<void> {
    const microphone = await openMicrophone();
    if (this.#closed) {
      microphone.stop();
      return;
    }
    this.#microphone = microphone;
    this.mute(this.#muted);
    await connection.getSenders()[0]?.replaceTrack(microphone);
    // From here on nobody listens to the silence. (The talk may be over by now, and the context closed.)
    await this.#context.suspend().catch(() => undefined);
  }

  mute(on: boolean): void {
    this.#muted = on;
    if (this.#microphone) this.#microphone.enabled = !on;
  }

  close(): void {
    this.#closed = true;
    this.#microphone?.stop();
    this.#loudspeaker.close();
    void this.#context.close();
  }
}
