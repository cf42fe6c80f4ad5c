/** Keys on their way to the customer's side. */

/** So many at a time are taken (docs/agent-protocol.md). */
const MOST_KEYS = 32;

/** Sends keys in the order typed: those typed while others are on their way go out together, behind them. */
export class Keys {
  readonly #send: (keys: string) => Promise<unknown>;
  #typed = "";
  #sending = false;

  constructor(send: (keys: string) => Promise<unknown>) {
    this.#send = send;
  }

  /** Sends one more key. */
  type(key: string): void {
    this.#typed += key;
    if (!this.#sending) {
      void this.#flush();
    }
  }

  async #flush(): Promise<void> {
    this.#sending = true;
    while (this.#typed !== "") {
      const keys = this.#typed.slice(0, MOST_KEYS);
      this.#typed = this.#typed.slice(MOST_KEYS);
      await this.#send(keys);
    }
    this.#sending = false;
  }
}
