import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The random runs take seconds on an idle machine, and longer beside other work.
    testTimeout: 240_000,
    sequence: { shuffle: true },
    // A promise that nobody listens to, or an error in a timer, fails the run.
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
