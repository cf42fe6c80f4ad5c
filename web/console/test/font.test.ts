// Run in web/console: paths are relative to it.
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(path, "utf8");
const letters = (css: string): string[] =>
  (/"Open Sans"[^;]*sans-serif/.exec(css)?.[0] ?? "").split(",").map((name) => name.trim());

test("our text and Cloudscape's controls are of one family, and business pages and the start page of the same", () => {
  const ours = read("src/style.css");
  const token = /--font-family-base-\w+/.exec(ours)?.[0] ?? "none";
  const cloudscape = read("node_modules/@cloudscape-design/components/internal/base-theme/styles.scoped.css");
  expect(cloudscape).toContain(`${token}:`);
  for (const page of ["../../local/business/pages/pages.css", "../start/index.html"]) {
    expect(letters(read(page))).toEqual(letters(ours));
  }
});

test("a family that has Latin letters stands before those that have Chinese ones", () => {
  const [stack, chinese] = [
    letters(read("src/style.css")),
    ['"PingFang SC"', '"Microsoft YaHei"', '"Noto Sans CJK SC"'],
  ];
  expect(stack.slice(-4, -1)).toEqual(chinese);
  expect(stack).toContain('"DejaVu Sans"');
});
