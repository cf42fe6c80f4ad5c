/** How the page looks and speaks: language and theme, kept in this browser. */

import { applyDensity, applyMode, Density, Mode } from "@cloudscape-design/global-styles";
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";

import { firstLanguage, type Language, type Say, sayIn } from "./texts.js";

/** Light or dark. */
export type Theme = "light" | "dark";

/** What every part of the page may ask about its looks. */
export interface Appearance {
  readonly language: Language;
  readonly theme: Theme;
  readonly say: Say;
  readonly switchLanguage: () => void;
  readonly switchTheme: () => void;
}

const LANGUAGE_KEY = "icall-console:language";
const THEME_KEY = "icall-console:theme";

const AppearanceContext = createContext<Appearance | undefined>(undefined);

/** Gives the page its language and theme. */
export function AppearanceProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState<Language>(keptLanguage);
  const [theme, setTheme] = useState<Theme>(firstTheme);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(LANGUAGE_KEY, language);
  }, [language]);
  useEffect(() => {
    applyMode(theme === "dark" ? Mode.Dark : Mode.Light);
    applyDensity(Density.Compact);
    localStorage.setItem(THEME_KEY, theme);
  }, [theme]);
  const appearance = useMemo<Appearance>(
    () => ({
      language,
      theme,
      say: sayIn(language),
      switchLanguage: () => {
        setLanguage(language === "zh-CN" ? "en-US" : "zh-CN");
      },
      switchTheme: () => {
        setTheme(theme === "dark" ? "light" : "dark");
      },
    }),
    [language, theme],
  );
  return <AppearanceContext value={appearance}>{children}</AppearanceContext>;
}

/** Gives language, theme and texts. */
export function useAppearance(): Appearance {
  const appearance = use(AppearanceContext);
  if (!appearance) {
    throw new Error("useAppearance belongs below AppearanceProvider.");
  }
  return appearance;
}

/** Gives the language chosen before in this browser, else the browser's own. */
function keptLanguage(): Language {
  return firstLanguage(localStorage.getItem(LANGUAGE_KEY), navigator.languages);
}

function firstTheme(): Theme {
  const kept = localStorage.getItem(THEME_KEY);
  if (kept === "dark" || kept === "light") {
    return kept;
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
