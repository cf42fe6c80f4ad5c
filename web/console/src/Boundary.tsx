import { Component, type ReactNode } from "react";

interface Props {
  readonly words: string;
  readonly again: string;
  readonly children: ReactNode;
}

/** Keeps a part of the page that fails from taking the rest with it. */
export class Boundary extends Component<Props, { readonly failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) {
      return this.props.children;
    }
    return (
      <p className="loading" role="alert">
        {this.props.words}{" "}
        <button
          onClick={() => {
            location.reload();
          }}
        >
          {this.props.again}
        </button>
      </p>
    );
  }
}
