/** Shows moments in one stated zone. */
export interface Clock {
  readonly zone: string;
  /** Day and time to the second. */
  time(at: Date | null): string;
}

export function clockOf(zone: string): Clock {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return { zone, time: (at) => (at === null ? 'no date' : format.format(at)) };
}
