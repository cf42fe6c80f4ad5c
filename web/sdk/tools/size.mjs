// Prints how large what a page loads is, in bytes: a line for each file.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

for (const name of [
  "iCallAgent.js",
  "icall-agent.mjs",
  "telephones/emulated-carrier.mjs",
  "telephones/sip-phone.mjs",
  "telephones/twilio-voice.mjs",
]) {
  const code = readFileSync(new URL(`../dist/${name}`, import.meta.url));
  console.log(`${name} ${code.length} bytes, ${gzipSync(code, { level: 9 }).length} bytes gzip`);
}
