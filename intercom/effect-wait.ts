import type { Intercom } from './client.ts';

/**
 * The one rule for calls whose answer was lost: so many milliseconds it takes until a call that was sent at this moment (of
 * `performance.now()`) took effect or never will; where only search finds its effect, until search shows it. Nothing is looked up,
 * let alone repeated, before. Zero or less when that time is over.
 */
export function msUntilEffect(
  { effectWithinMs }: Pick<Intercom, 'effectWithinMs'>,
  sentAtMs: number,
  searchLagMs = 0,
): number {
  return sentAtMs + effectWithinMs + searchLagMs - performance.now();
}
