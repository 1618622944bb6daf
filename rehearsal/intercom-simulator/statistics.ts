/** What the simulator was asked. Calls that a rate limit refused are not among the requests. */
export interface Statistics {
  /** By operation. */
  readonly requests: Record<string, number>;
  /** Requests that change the workspace, in the counting of holds. */
  mutating: number;
  /** Answers by status. */
  readonly answers: Record<string, number>;
  rateLimited: number;
}

export function createStatistics(): Statistics {
  return { requests: {}, mutating: 0, answers: {}, rateLimited: 0 };
}

export function countIn(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
