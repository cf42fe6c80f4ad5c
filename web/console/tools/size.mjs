/** Prints what a browser loads first, gzipped; what it loads after signing in; and the telephone at Twilio. */

import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const gzipped = (path) => gzipSync(readFileSync(new URL(path, dist))).length;
const named = [...readFileSync(new URL("index.html", dist), "utf8").matchAll(/\/console\/(assets\/[^"]+)/g)];
const first = named.map(([, path]) => path);
const others = readdirSync(new URL("assets/", dist))
  .map((name) => `assets/${name}`)
  .filter((path) => !first.includes(path));
const isTwilio = (path) => path.startsWith("assets/twilio");
const kilobytes = (paths) => Number((paths.map(gzipped).reduce((sum, size) => sum + size, 0) / 1000).toFixed(1));

console.log(
  JSON.stringify({
    firstLoadKb: kilobytes(first),
    laterKb: kilobytes(others.filter((path) => !isTwilio(path))),
    twilioKb: kilobytes(others.filter(isTwilio)),
  }),
);
