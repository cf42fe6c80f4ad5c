/**
 * Sound between this page and a party of the emulated carrier: WebRTC on the loopback, one offer, one answer.
 *
 * The line opens without a microphone, so that music and prompts are heard before anybody is asked for one; the
 * microphone comes in later by replaceTrack, without another offer.
 */

const GATHERING_AT_MOST = 2000;

/** What went wrong, by a code for the page's own words; `message` is plain English. */
export class LineError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.name = "LineError";
    this.code = code;
  }
}

export class MediaLine {
  #address;
  #connection;
  #sender;
  #microphone;
  #asking;
  #muted = false;

  /** What arrives, for a meter. */
  remote = new MediaStream();
  #loudspeaker = new Loudspeaker(this.remote);
  /** @type {((state: "connecting" | "connected" | "lost") => void) | undefined} */
  onState;

  /** @param {string} carrier the carrier's address @param {string} party a CallSid, or a device as "client:agent_100" */
  constructor(carrier, party) {
    this.#address = `${carrier}/control/media/${encodeURIComponent(party)}/offer`;
  }

  /** Connects, in place of an earlier connection of this party. */
  async open() {
    this.#drop();
    const connection = new RTCPeerConnection();
    this.#connection = connection;
    connection.ontrack = ({ track }) => this.#hear(track);
    connection.onconnectionstatechange = () => this.#tell(connection);
    this.#sender = connection.addTransceiver("audio", {
      direction: "sendrecv",
    }).sender;
    this.onState?.("connecting");
    await connection.setLocalDescription();
    await gathered(connection);
    const answer = await this.#offer(connection.localDescription);
    if (connection !== this.#connection) return;
    await connection.setRemoteDescription(answer);
    if (this.#microphone) await this.#sender.replaceTrack(this.#microphone);
    void this.#loudspeaker.play();
  }

  /** Asks for the microphone, if the line has none yet; LineError tells why there is none. */
  useMicrophone() {
    this.#asking ??= this.#takeMicrophone().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #takeMicrophone() {
    if (this.hasMicrophone) return;
    this.#microphone = await openMicrophone();
    this.mute(this.#muted);
    await this.#sender?.replaceTrack(this.#microphone);
  }

  /** Whether this side can be heard. */
  get hasMicrophone() {
    return this.#microphone?.readyState === "live";
  }

  /** Lets go of the microphone; the line stays. */
  async releaseMicrophone() {
    this.#microphone?.stop();
    this.#microphone = undefined;
    await this.#sender?.replaceTrack(null).catch(() => undefined);
  }

  /** Says nothing for a while, or again. @param {boolean} on */
  mute(on) {
    this.#muted = on;
    if (this.#microphone) this.#microphone.enabled = !on;
  }

  /** Closes everything. */
  close() {
    this.#microphone?.stop();
    this.#microphone = undefined;
    this.#drop();
    this.#loudspeaker.close();
  }

  #drop() {
    const connection = this.#connection;
    this.#connection = this.#sender = undefined;
    for (const track of this.remote.getTracks()) this.remote.removeTrack(track);
    connection?.close();
  }

  #hear(track) {
    this.remote.addTrack(track);
    void this.#loudspeaker.play();
  }

  #tell(connection) {
    if (connection !== this.#connection) return;
    if (connection.connectionState === "connected") this.onState?.("connected");
    if (connection.connectionState === "failed") this.onState?.("lost");
  }

  async #offer(description) {
    let response;
    try {
      response = await fetch(this.#address, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ type: description.type, sdp: description.sdp }),
      });
    } catch {
      throw new LineError("unreachable", "The carrier does not answer.");
    }
    const told = await response.json();
    if (!response.ok) throw new LineError("refused", `The carrier takes no sound: ${told.error}`);
    return told;
  }
}

/** Makes what arrives heard: a browser may want a click or a key before it lets a page sound. */
export class Loudspeaker {
  #player = new Audio();
  #playAgain = () => void this.play();

  /** @param {MediaStream} stream */
  constructor(stream) {
    this.#player.srcObject = stream;
  }

  /** Plays, now or at the next gesture. */
  async play() {
    try {
      await this.#player.play();
      forGesture("removeEventListener", this.#playAgain);
    } catch {
      if (this.#player.srcObject) forGesture("addEventListener", this.#playAgain);
    }
  }

  /** Is silent for good. */
  close() {
    this.#player.srcObject = null;
    forGesture("removeEventListener", this.#playAgain);
  }
}

/** Asks for the microphone; LineError tells why there is none. */
export async function openMicrophone() {
  if (!navigator.mediaDevices) throw new LineError("insecure", "The browser gives a microphone to localhost only.");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true },
    });
    return stream.getAudioTracks()[0];
  } catch (error) {
    throw microphoneTrouble(error);
  }
}

function forGesture(verb, listener) {
  for (const gesture of ["pointerdown", "keydown"]) globalThis[verb](gesture, listener);
}

function microphoneTrouble(error) {
  switch (error.name) {
    case "NotAllowedError":
      return new LineError("refused-microphone", "The microphone was refused: allow it in the browser's address bar.");
    case "NotFoundError":
      return new LineError("no-microphone", "This computer has no microphone.");
    default:
      return new LineError("broken-microphone", `The microphone cannot be used: ${error.message}`);
  }
}

/** All candidates go with the offer; those of this machine are found at once. */
function gathered(connection) {
  if (connection.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    const enough = setTimeout(resolve, GATHERING_AT_MOST);
    connection.addEventListener("icegatheringstatechange", () => {
      if (connection.iceGatheringState !== "complete") return;
      clearTimeout(enough);
      resolve();
    });
  });
}
