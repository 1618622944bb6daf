/**
 * Random numbers that depend only on what they are for. Each object gets dice of its own from (seed, label, number),
 * so that it can be made alone, in any order, and always the same.
 */
export class Dice {
  private state: number;

  constructor(seed: number, label: string, number = 0) {
    let hash = 0x811c9dc5 ^ seed;
    for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ number, 0x9e3779b1);
    hash ^= hash >>> 15;
    this.state = Math.imul(hash, 0x85ebca6b) | 0;
  }

  /** A number in [0, 1): mulberry32, small and good enough for test data. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new Error('Nothing to pick from: the list is empty');
    return item;
  }

  /** Picks by weight: `[['closed', 6], ['new', 1]]`. */
  weighted<T>(items: readonly (readonly [T, number])[]): T {
    const total = items.reduce((sum, [, weight]) => sum + weight, 0);
    let rest = this.next() * total;
    for (const [item, weight] of items) {
      rest -= weight;
      if (rest < 0) return item;
    }
    throw new Error('Nothing to pick from: the weights add up to zero');
  }
}
