import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';
import { ownRehearsal } from '../support/own-rehearsal.ts';

const captures = join(projectRoot, '../shared/itop/rest');
const hasCaptures = existsSync(captures);
if (!hasCaptures && process.env.CI) throw new Error(`The captures are missing: nothing at ${captures}`);
if (!hasCaptures) console.warn('Skipped: the captures of a real iTop are not beside this repository.');

/** Objects by final class, counted from the files themselves: the same object stands in several of them. */
function countFiles(): Map<string, number> {
  const keys = new Map<string, Set<string>>();
  for (const name of readdirSync(captures).filter((file) => /^[A-Za-z].*\.json$/.test(file))) {
    if (name.startsWith('get_related')) continue;
    const { objects } = JSON.parse(readFileSync(join(captures, name), 'utf8')) as {
      objects?: Record<string, { class: string; key: string }> | null;
    };
    for (const object of Object.values(objects ?? {})) {
      keys.set(object.class, (keys.get(object.class) ?? new Set()).add(object.key));
    }
  }
  return new Map([...keys].map(([name, ids]) => [name, ids.size]));
}

/** Attributes of the captured iTop's extension that any of the objects that move fills. */
function ownAttributes(): string[] {
  const names = new Set<string>();
  for (const name of ['Person', 'UserRequest', 'Incident', 'Organization']) {
    const file = join(captures, `${name}.json`);
    const { objects } = JSON.parse(readFileSync(file, 'utf8')) as {
      objects: Record<string, { fields: Record<string, unknown> }>;
    };
    for (const { fields } of Object.values(objects)) {
      for (const [code, value] of Object.entries(fields)) {
        if (code.startsWith('acme_') && value !== '' && value !== null && JSON.stringify(value) !== '[]')
          names.add(`${name}.${code}`);
      }
    }
  }
  return [...names].sort();
}

interface Unexplained {
  readonly kind: string;
  readonly item_kind: string;
  readonly class: string | null;
  readonly count: number;
  readonly reason: string;
}

function pendingObjects(unexplained: readonly Unexplained[]): Record<string, number> {
  const rows = unexplained.filter(({ kind, item_kind }) => kind === 'pending' && item_kind === 'object');
  return Object.fromEntries(rows.map((row) => [row.class, row.count]));
}

/** The attributes that the lines name; a line of another kind stands as it is. */
function namedAttributes(unexplained: readonly Unexplained[]): string[] {
  const prefix = 'failed (count): ';
  return unexplained
    .flatMap((row) =>
      row.item_kind === 'attribute' && row.reason.startsWith(prefix)
        ? row.reason
            .slice(prefix.length)
            .split(', ')
            .map((code) => `${row.class}.${code}`)
        : [JSON.stringify(row)],
    )
    .sort();
}

interface ClassRow {
  readonly item_kind: string;
  readonly class: string;
  readonly itop_count: string | null;
  readonly raw_count: string;
  readonly difference: string | null;
  readonly [disposition: string]: string | null;
}

const dispositions = ['loaded', 'merged', 'excluded', 'handed_off', 'reference', 'failed', 'blocked', 'pending'];

it.skipIf(!hasCaptures)(
  'what a real iTop answered goes through whole: counts of the files, one disposition each, both dumps equal',
  { timeout: 400_000 },
  async () => {
    const rehearsal = await ownRehearsal();
    try {
      const { code, output, errors } = await rehearsal.run(
        'rehearse',
        '--captures',
        captures,
        '--call-limit',
        '0',
        '--json',
      );
      // The captured iTop has classes and attributes of its own, which only a person can decide about.
      expect(code, `${output}\n${errors}`).toBe(1);
      const result = JSON.parse(output) as {
        isGreen: boolean;
        unexplained: Unexplained[];
        classes: ClassRow[];
        readBack: Count[];
      };
      expect(result.isGreen).toBe(false);
      const counted = countFiles();
      const ownClasses = [...counted.keys()].filter((name) => /^(lnk)?CustomAsset/.test(name));
      expect(ownClasses.length).toBeGreaterThan(1);
      expect(pendingObjects(result.unexplained)).toEqual(
        Object.fromEntries(ownClasses.map((name) => [name, counted.get(name)])),
      );
      // Everything else that is not explained belongs to these classes, or is an attribute of the site's own.
      const others = result.unexplained.filter(({ class: name }) => !ownClasses.includes(name ?? ''));
      expect(namedAttributes(others)).toEqual(ownAttributes());
      const objects = result.classes.filter((row) => row.item_kind === 'object');
      for (const row of objects) {
        const total = dispositions.reduce((sum, disposition) => sum + Number(row[disposition]), 0);
        expect(total, row.class).toBe(Number(row.raw_count));
        expect(Number(row.difference), row.class).toBe(0);
      }
      for (const name of [
        'Organization',
        'Person',
        'Team',
        'UserRequest',
        'Incident',
        'Attachment',
        'lnkContactToTicket',
      ]) {
        const row = objects.find((candidate) => candidate.class === name);
        expect(Number(row?.raw_count), name).toBe(counted.get(name));
      }
      expect(result.readBack.find((count) => count.objectClass === 'conversations')).toMatchObject({
        expected: 499,
        equal: 499,
      });
    } finally {
      await rehearsal.remove();
    }
  },
);

interface Count {
  readonly objectClass: string;
  readonly expected: number;
  readonly equal: number;
}
