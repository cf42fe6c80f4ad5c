/** Prints what a browser loads first, gzipped, and what it loads after signing in. */

import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const gzipped = (path) => gzipSync(readFileSync(new URL(path, dist))).length;
const named = [...readFileSync(new URL("index.html", dist), "utf8").matchAll(/\/console\/(assets\/[^"]+)/g)];
const first = named.map(([, path]) => path);
const later = readdirSync(new URL("assets/", dist))
  .map((name) => `assets/${name}`)
  .filter((path) => !first.includes(path));
const kilobytes = (paths) => (paths.map(gzipped).reduce((sum, size) => sum + size, 0) / 1000).toFixed(1);

console.log(JSON.stringify({ firstLoadKb: Number(kilobytes(first)), laterKb: Number(kilobytes(later)) }));
