import type { ReactNode } from "react";

import { useAppearance } from "../texts/appearance.js";

/** Language and theme. */
export function AppearanceButtons(): ReactNode {
  const { say, theme, switchLanguage, switchTheme } = useAppearance();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <div className="appearance">
      {/* Named in the other language: whoever needs it may not read this one. */}
      <button className="quiet" onClick={switchLanguage} aria-label={say("language.switch")} type="button">
        {say("language.other")}
      </button>
      <button
        className="quiet"
        onClick={switchTheme}
        aria-label={say(other === "dark" ? "theme.toDark" : "theme.toLight")}
        type="button"
      >
        {say(`theme.${other}`)}
      </button>
    </div>
  );
}
