import Button, { type ButtonProps } from "@cloudscape-design/components/button";
import { type ReactNode, useState } from "react";

interface Props {
  readonly words: string;
  readonly icon: NonNullable<ButtonProps["iconName"]>;
  readonly shortcut?: string;
  readonly kind?: "good" | "bad" | "plain";
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly act: () => Promise<unknown>;
}

/** A button that asks for something, and cannot be pressed again until the answer is there. */
export function ActionButton({ words, icon, shortcut, kind = "plain", pressed, disabled = false, act }: Props): ReactNode {
  const [busy, setBusy] = useState(false);
  const press = async (): Promise<void> => {
    setBusy(true);
    await act().finally(() => {
      setBusy(false);
    });
  };
  return (
    <span className={`act act-${kind}`}>
      <Button
        fullWidth
        iconName={icon}
        disabled={disabled}
        variant={kind === "plain" ? "normal" : "primary"}
        nativeButtonAttributes={{
          "aria-busy": busy,
          ...(shortcut ? { "aria-keyshortcuts": shortcut } : {}),
          ...(pressed === undefined ? {} : { "aria-pressed": pressed }),
        }}
        onClick={() => {
          if (!busy) {
            void press();
          }
        }}
      >
        {words}
        {shortcut && (
          <kbd aria-hidden="true" className="act-key">
            {shortcut}
          </kbd>
        )}
      </Button>
    </span>
  );
}
