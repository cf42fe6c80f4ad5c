// Makes dist/: the plain script, the ES module, the telephones that a page names, and the types of both.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const TELEPHONES = ["emulated-carrier", "sip-phone", "twilio-voice"];

const shared = {
  bundle: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  sourcemap: true,
  minify: true,
  logLevel: "warning",
};

rmSync("dist", { recursive: true, force: true });
await build({ ...shared, entryPoints: ["src/script.ts"], outfile: "dist/iCallAgent.js", format: "iife" });
await build({ ...shared, entryPoints: ["src/index.ts"], outfile: "dist/icall-agent.mjs", format: "esm" });
leaveToTheBrowser("dist/icall-agent.mjs");
await build({
  ...shared,
  entryPoints: TELEPHONES.map((name) => `src/telephones/${name}.ts`),
  outdir: "dist/telephones",
  outExtension: { ".js": ".mjs" },
  format: "esm",
  // What JsSIP would log are callers' numbers, in a business system's page, too.
  alias: { debug: "./tools/no-log.cjs" },
});
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json"], { stdio: "inherit" });
// A copied .mjs finds its types beside it.
writeFileSync("dist/icall-agent.d.mts", 'export * from "./types/index.js";\n');
for (const name of TELEPHONES) {
  writeFileSync(`dist/telephones/${name}.d.mts`, `export * from "../types/telephones/${name}.js";\n`);
}

/** Keeps bundlers of other pages off the one import whose address is known at run time only: minifying lost the note. */
function leaveToTheBrowser(file) {
  const pieces = readFileSync(file, "utf8").split(/(?<=\bimport\()(?=\w+\))/);
  if (pieces.length !== 2) {
    throw new Error(`${file} has ${pieces.length - 1} imports of an address known at run time, not 1.`);
  }
  writeFileSync(file, pieces.join("/* webpackIgnore: true */ /* @vite-ignore */ "));
}
