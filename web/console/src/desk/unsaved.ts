/** The open pages' frames, to be asked whether something in them is not saved. */
export class Frames {
  readonly #frames = new Map<string, HTMLIFrameElement>();

  /** Knows a page's frame until the given function is called. */
  hold(id: string, frame: HTMLIFrameElement): () => void {
    this.#frames.set(id, frame);
    return () => this.#frames.delete(id);
  }

  /** Asks a page what browsers ask before they leave one; a page of another origin cannot be asked, and agrees. */
  objects(id: string): boolean {
    const inside = this.#frames.get(id)?.contentWindow;
    try {
      return inside ? objectsToLeaving(inside) : false;
    } catch {
      return false;
    }
  }
}

function objectsToLeaving(inside: Window): boolean {
  // Only this class of event hears what a handler returns, and it has no constructor.
  const question = inside.document.createEvent("BeforeUnloadEvent");
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
  question.initEvent("beforeunload", false, true);
  const agreed = inside.dispatchEvent(question);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- many pages object by it alone
  return !agreed || question.returnValue !== "";
}
