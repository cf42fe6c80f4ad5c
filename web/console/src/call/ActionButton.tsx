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

const GOOD = tint("var(--act-good)", "var(--act-good-strong)");
const BAD = tint("var(--act-bad)", "var(--act-bad-strong)");
const PLAIN: ButtonProps.Style = { root: { paddingInline: "8px" } };
const STYLES = { good: GOOD, bad: BAD, plain: PLAIN };

/** A button that asks for something, and cannot be pressed again until the answer is there. */
export function ActionButton({
  words,
  icon,
  shortcut,
  kind = "plain",
  pressed,
  disabled = false,
  act,
}: Props): ReactNode {
  const [busy, setBusy] = useState(false);
  const press = async (): Promise<void> => {
    setBusy(true);
    await act().finally(() => {
      setBusy(false);
    });
  };
  return (
    <span className="act">
      <Button
        fullWidth
        iconName={icon}
        disabled={disabled}
        wrapText={false}
        style={STYLES[kind]}
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

function tint(usual: string, strong: string): ButtonProps.Style {
  const colours = { default: usual, hover: strong, active: strong };
  const white = { default: "#fff", hover: "#fff", active: "#fff" };
  return { root: { paddingInline: "8px", background: colours, borderColor: colours, color: white } };
}
