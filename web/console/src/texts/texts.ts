/** Texts in the agent's language. */

import { enUS, type TextKey } from "./en-US.js";
import { zhCN } from "./zh-CN.js";

/** The languages that the page speaks. */
export type Language = "zh-CN" | "en-US";

/** Gives a text, its `{name}`s filled in. */
export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** A text of the configuration in the languages it is written in. */
export type Title = Readonly<Partial<Record<string, string>>>;

export const TABLES: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { "zh-CN": zhCN, "en-US": enUS };

/** Gives the texts of a language. */
export function sayIn(language: Language): Say {
  const table = TABLES[language];
  return (key, values = {}) => table[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Gives the key made of a group and a name, where there is such a text. */
export function keyOf(group: string, name: string | number): TextKey | undefined {
  const key = `${group}.${name}`;
  return Object.hasOwn(enUS, key) ? (key as TextKey) : undefined;
}

/** Gives a configured title in this language, else in any, else the name that it belongs to. */
export function titled(title: Title | undefined, language: Language, name: string): string {
  return title?.[language] ?? Object.values(title ?? {})[0] ?? name;
}

/** Gives the language to begin with: the one chosen before, else the browser's. */
export function firstLanguage(kept: string | null, wished: readonly string[]): Language {
  if (kept === "zh-CN" || kept === "en-US") {
    return kept;
  }
  return wished[0]?.toLowerCase().startsWith("zh") === false ? "en-US" : "zh-CN";
}
