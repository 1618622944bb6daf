/** An object chosen for a sample, with what it is the first to show. */
export interface Chosen {
  readonly key: string;
  readonly covers: readonly string[];
}

/**
 * Greedy cover: takes, again and again, the object that shows most of what nobody shows yet, ties by key, until everything that
 * any object shows is shown.
 */
export function coverGreedily(shown: ReadonlyMap<string, ReadonlySet<string>>): Chosen[] {
  const missing = new Set<string>();
  for (const features of shown.values()) for (const feature of features) missing.add(feature);
  const left = new Map([...shown].sort(([a], [b]) => (a < b ? -1 : 1)));
  const chosen: Chosen[] = [];
  while (missing.size > 0) {
    let best: { key: string; covers: string[] } = { key: '', covers: [] };
    for (const [key, features] of left) {
      if (features.size <= best.covers.length) continue;
      const covers = [...features].filter((feature) => missing.has(feature));
      if (covers.length > best.covers.length) best = { key, covers };
    }
    left.delete(best.key);
    for (const feature of best.covers) missing.delete(feature);
    chosen.push({ key: best.key, covers: best.covers.sort() });
  }
  return chosen;
}
