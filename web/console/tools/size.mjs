/** Prints what a browser loads first, gzipped; what it loads after signing in; and the SDK's telephones, one of which comes. */

import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const telephones = new URL("../../sdk/dist/telephones/", import.meta.url);
const gzipped = (path, folder = dist) => gzipSync(readFileSync(new URL(path, folder))).length;
const named = [...readFileSync(new URL("index.html", dist), "utf8").matchAll(/\/console\/(assets\/[^"]+)/g)];
const first = named.map(([, path]) => path);
const others = readdirSync(new URL("assets/", dist))
  .map((name) => `assets/${name}`)
  .filter((path) => !first.includes(path));
const kilobytes = (sizes) => Number((sizes.reduce((sum, size) => sum + size, 0) / 1000).toFixed(1));

console.log(
  JSON.stringify({
    firstLoadKb: kilobytes(first.map((path) => gzipped(path))),
    laterKb: kilobytes(others.map((path) => gzipped(path))),
    twilioKb: kilobytes([gzipped("twilio-voice.mjs", telephones)]),
    sipKb: kilobytes([gzipped("sip-phone.mjs", telephones)]),
  }),
);
