import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 90_000,
    sequence: { shuffle: true },
    // A promise that nobody listens to, or an error in a timer, fails the run.
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
