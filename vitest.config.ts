import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    // One more than the cores of a small machine: many tests wait for leases, timeouts and servers.
    maxWorkers: 3,
  },
});
