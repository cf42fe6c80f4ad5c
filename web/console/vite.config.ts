import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  base: "/console/",
  plugins: [react()],
  resolve: { alias: { "icall-agent": path("../sdk/src/index.ts") } },
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 900 },
  server: {
    proxy: { "/agent": "http://127.0.0.1:8000", "/business": "http://127.0.0.1:8000", "/sdk": "http://127.0.0.1:8000" },
  },
  test: { environment: "jsdom", include: ["test/**/*.test.ts", "test/**/*.test.tsx"] },
});
