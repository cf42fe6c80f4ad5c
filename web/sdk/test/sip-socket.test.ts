import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SipSocket } from "../src/telephones/sip-socket.js";

/** A browser's WebSocket, from the other end. */
class FakeWebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static made: FakeWebSocket[] = [];
  readyState = FakeWebSocket.CONNECTING;
  readonly sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((told: { readonly data: string }) => void) | null = null;
  onclose: ((end: { readonly wasClean: boolean; readonly code: number; readonly reason: string }) => void) | null =
    null;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    FakeWebSocket.made.push(this);
  }

  opens(): void {
    this.readyState = FakeWebSocket.OPEN;
    this.onopen?.();
  }

  send(message: string): void {
    this.sent.push(message);
  }

  close(): void {
    this.readyState = 3;
  }
}

/** An open line, and what it told. */
function line() {
  const socket = new SipSocket("wss://pbx.example/ws");
  const told: unknown[] = [];
  socket.onconnect = () => void told.push("connected");
  socket.ondisconnect = (error, code) => void told.push(`lost ${String(error)} ${code}`);
  socket.ondata = (data) => void told.push(data);
  socket.connect();
  const wire = FakeWebSocket.made.at(-1)!;
  wire.opens();
  return { socket, wire, told };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeWebSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the line to Asterisk", () => {
  it("is SIP over a WebSocket", () => {
    const { socket, wire, told } = line();
    wire.onmessage?.({ data: "SIP/2.0 200 OK" });
    expect([wire.url, wire.protocol, socket.sip_uri, socket.via_transport]).toEqual([
      "wss://pbx.example/ws",
      "sip",
      "sip:pbx.example;transport=ws",
      "WSS",
    ]);
    expect([socket.send("SIP/2.0 200 OK\r\n"), wire.sent, told]).toEqual([
      true,
      ["SIP/2.0 200 OK\r\n"],
      ["connected", "SIP/2.0 200 OK"],
    ]);
  });

  it("is lost when nothing at all follows what was asked", async () => {
    const { socket, wire, told } = line();
    socket.send("REGISTER sip:pbx.example SIP/2.0\r\n");
    await vi.advanceTimersByTimeAsync(8000);
    expect([told.at(-1), wire.readyState, socket.send("x")]).toEqual(["lost true 1006", 3, false]);
  });

  it("is none where nobody opens within that time", async () => {
    const socket = new SipSocket("ws://127.0.0.1:8088/ws");
    const lost = vi.fn();
    socket.ondisconnect = lost;
    socket.connect();
    expect(socket.isConnecting()).toBe(true);
    await vi.advanceTimersByTimeAsync(8000);
    expect([lost.mock.calls, socket.isConnecting()]).toEqual([[[true, 1006, ""]], false]);
  });

  it("stands while something arrives, and where nothing was asked", async () => {
    const { socket, wire, told } = line();
    socket.send("BYE sip:x SIP/2.0\r\n");
    await vi.advanceTimersByTimeAsync(7000);
    wire.onmessage?.({ data: "OPTIONS sip:y SIP/2.0" });
    for (const answer of ["SIP/2.0 200 OK\r\n", "ACK sip:x SIP/2.0\r\n", "\r\n"]) socket.send(answer);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([told.length, socket.isConnected()]).toEqual([2, true]);
  });

  it("tells how it was closed from outside, and nothing when it was closed from here", () => {
    const first = line();
    first.wire.onclose?.({ wasClean: false, code: 1006, reason: "" });
    const second = line();
    second.socket.disconnect();
    second.wire.onclose?.({ wasClean: true, code: 1000, reason: "" });
    expect([first.told.at(-1), second.told]).toEqual(["lost true 1006", ["connected"]]);
  });

  it("has an address of ws or wss", () => {
    expect(() => new SipSocket("https://pbx.example/ws")).toThrow("ws or wss");
  });
});
