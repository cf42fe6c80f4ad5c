/**
 * The line to Asterisk's WebSocket, as JsSIP wants a socket to be, which notices when nobody answers any more.
 *
 * A network that goes away without a word leaves a WebSocket open for minutes, and nobody could ring the agent. So
 * whatever is asked must be followed by something that arrives; what it is does not matter here.
 */

const ANSWER_WITHIN_MS = 8000;

/** What a WebSocket's end is when it broke [RFC 6455, 7.4.1]. */
const ABNORMAL = 1006;

const nobody = (): void => undefined;

/** JsSIP's interface `Socket`. */
export class SipSocket {
  readonly url: string;
  readonly sip_uri: string;
  readonly via_transport: string;
  onconnect: () => void = nobody;
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = nobody;
  ondata: (data: unknown) => void = nobody;

  #socket: WebSocket | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;

  /** @param url - Asterisk's WebSocket, "wss://pbx.example.com/ws". */
  constructor(url: string) {
    const { protocol, host } = new URL(url);
    if (!["ws:", "wss:"].includes(protocol)) throw new TypeError("A telephone's server has an address of ws or wss.");
    this.url = url;
    this.sip_uri = `sip:${host};transport=ws`;
    this.via_transport = protocol.slice(0, -1).toUpperCase();
  }

  connect(): void {
    const socket = new WebSocket(this.url, "sip");
    this.#socket = socket;
    this.#expectAnswer();
    socket.onopen = () => {
      this.#answered();
      this.onconnect();
    };
    socket.onmessage = ({ data }) => {
      this.#answered();
      this.ondata(data);
    };
    socket.onclose = ({ wasClean, code, reason }) => {
      this.disconnect();
      this.ondisconnect(!wasClean, code, reason);
    };
  }

  disconnect(): void {
    this.#answered();
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(message);
    if (typeof message === "string" && wantsAnswer(message)) this.#expectAnswer();
    return true;
  }

  isConnected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  isConnecting(): boolean {
    return this.#socket?.readyState === WebSocket.CONNECTING;
  }

  #expectAnswer(): void {
    this.#late ??= setTimeout(() => {
      this.disconnect();
      this.ondisconnect(true, ABNORMAL, "");
    }, ANSWER_WITHIN_MS);
  }

  #answered(): void {
    clearTimeout(this.#late);
    this.#late = undefined;
  }
}

/** Requests are answered; answers, acknowledgements and the empty lines that keep a line open are not. */
function wantsAnswer(message: string): boolean {
  return /^(?!ACK)[A-Z]+ /.test(message);
}
