/** Seeds of random kills: one for CI, or those of the longer sweep (`npm run sweep`). */
export function sweepSeeds(usual: number): number[] {
  return process.env.SWEEP_SEEDS?.split(',').map(Number) ?? [usual];
}
