import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    setupFiles: ['tests/support/no-process-stays.ts'],
    sequence: { sequencer: LongestFirst },
    testTimeout: 600_000,
    hookTimeout: 300_000,
    // A state that another process brings about: a second, the usual limit, is short on a busy machine.
    expect: { poll: { timeout: 60_000 } },
    // One more than the cores of a small machine: many tests wait for leases, timeouts and servers.
    maxWorkers: 3,
  },
});
