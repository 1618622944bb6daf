/** How many things of a kind there should be, are, and are as they should be. */
export interface Count {
  readonly objectClass: string;
  readonly expected: number;
  readonly found: number;
  readonly equal: number;
}

export type CountedClass =
  | 'conversations'
  | 'parts'
  | 'comments'
  | 'notes'
  | 'contacts'
  | 'placeholder contacts'
  | 'companies'
  | 'contact-company links'
  | 'collections'
  | 'articles'
  | 'tags of conversations';

const ORDER: readonly CountedClass[] = [
  'companies',
  'contacts',
  'placeholder contacts',
  'contact-company links',
  'collections',
  'articles',
  'conversations',
  'tags of conversations',
  'parts',
  'comments',
  'notes',
];

/** Counts of all classes, filled while the dumps are compared. */
export class Tally {
  private readonly rows = new Map(ORDER.map((name) => [name, { expected: 0, found: 0, equal: 0 }]));
  private readonly leftOut = new Map<string, number>();

  add(name: CountedClass, what: 'expected' | 'found' | 'equal', count = 1): void {
    const row = this.rows.get(name);
    if (row !== undefined) row[what] += count;
  }

  /** Notes what cannot be compared, by a name of its kind. */
  leaveOut(kind: string, count: number): void {
    if (count > 0) this.leftOut.set(kind, (this.leftOut.get(kind) ?? 0) + count);
  }

  notCompared(): Record<string, number> {
    return Object.fromEntries(this.leftOut);
  }

  counts(): Count[] {
    return [...this.rows].map(([objectClass, row]) => ({ objectClass, ...row }));
  }
}
