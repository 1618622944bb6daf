/** Seeds of random kills: one for CI, or those of the longer sweep (`npm run sweep`). */
export function sweepSeeds(usual: number): number[] {
  return process.env.SWEEP_SEEDS?.split(',').map(Number) ?? [usual];
}

/** Longest time that a test of the sweep may take, in milliseconds; `SWEEP_LIMIT_MS` raises it on a machine with other work. */
export const sweepLimitMs = (usual: number): number => Number(process.env.SWEEP_LIMIT_MS ?? usual);
