/** What was asked of the simulator since it started. */
export interface Statistics {
  calls: number;
  rows: number;
  bytes: number;
  loginsRefused: number;
  writesAttempted: number;
  faultsGiven: number;
}

export function newStatistics(): Statistics {
  return { calls: 0, rows: 0, bytes: 0, loginsRefused: 0, writesAttempted: 0, faultsGiven: 0 };
}
