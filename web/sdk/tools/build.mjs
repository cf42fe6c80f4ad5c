// Makes dist/: the plain script, the ES module and its types.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const shared = {
  bundle: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  sourcemap: true,
  logLevel: "warning",
};

rmSync("dist", { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: ["src/script.ts"],
  outfile: "dist/iCallAgent.js",
  format: "iife",
  minify: true,
});
await build({
  ...shared,
  entryPoints: ["src/index.ts"],
  outfile: "dist/icall-agent.mjs",
  format: "esm",
  minify: true,
});
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json"], { stdio: "inherit" });
// A copied .mjs finds its types beside it.
writeFileSync("dist/icall-agent.d.mts", 'export * from "./types/index.js";\n');
