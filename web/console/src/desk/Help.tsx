import type { ReactNode } from "react";

import { useStore } from "../agent/useDesk.js";
import { useAppearance } from "../texts/appearance.js";
import { SHORTCUTS } from "./shortcuts.js";

/** The keyboard shortcuts; those that can do nothing here are left out. */
export function Help(): ReactNode {
  const { say } = useAppearance();
  const { hasSound } = useStore();
  return (
    <>
      <p className="hint">{say("help.intro")}</p>
      <table className="help-table">
        <thead>
          <tr>
            <th scope="col">{say("help.key")}</th>
            <th scope="col">{say("help.does")}</th>
          </tr>
        </thead>
        <tbody>
          {SHORTCUTS.filter((key) => hasSound || key !== "F9").map((key) => (
            <tr key={key}>
              <td>
                <kbd>{key}</kbd>
              </td>
              <td>{say(`help.${key}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
