import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { extractFrom } from '../support/extract-runs.ts';
import { startTestItop } from '../support/itop-simulator.ts';

const folder = join(projectRoot, '../shared/itop');
const hasCaptures = existsSync(join(folder, 'delta', 'ids_before_after.json'));
if (!hasCaptures && process.env.CI) throw new Error(`The captures are missing: nothing at ${folder}`);
if (!hasCaptures) console.warn('Skipped: the captures of a real iTop before and after are not beside this repository.');

interface Captured {
  readonly class: string;
  readonly key: string;
  readonly fields: Record<string, unknown>;
}

const read = (path: string): Captured[] =>
  Object.values(
    (JSON.parse(readFileSync(path, 'utf8')) as { objects?: Record<string, Captured> | null }).objects ?? {},
  );

const deletions = (): Captured[] => read(join(folder, 'delta', 'CMDBChangeOpDelete.since.json'));
const idSets = () =>
  JSON.parse(readFileSync(join(folder, 'delta', 'ids_before_after.json'), 'utf8')) as {
    deleted: Record<string, number[]>;
    created: Record<string, number[]>;
  };

/** Every object of the first captures, as the file that shows most of it has it. */
function before(): Map<string, Captured> {
  const objects = new Map<string, Captured>();
  for (const name of readdirSync(join(folder, 'rest')).filter((file) => /^[A-Za-z].*\.json$/.test(file))) {
    if (name.startsWith('get_related')) continue;
    for (const object of read(join(folder, 'rest', name))) {
      const key = `${object.class}::${object.key}`;
      const known = objects.get(key);
      const size = (of: Captured | undefined) => Object.keys(of?.fields ?? {}).length;
      if (size(object) > size(known) || (name === `${object.class}.json` && size(object) === size(known)))
        objects.set(key, object);
    }
  }
  return objects;
}

/** The same iTop later: what the second captures show laid over the first, without what was deleted and its history. */
function after(): Map<string, Captured> {
  const objects = before();
  const empty = (value: unknown): unknown => (typeof value === 'string' ? '' : Array.isArray(value) ? [] : value);
  for (const name of readdirSync(join(folder, 'delta')).filter((file) => /^[A-Za-z].*\.json$/.test(file))) {
    if (name === 'ids_before_after.json') continue;
    for (const object of read(join(folder, 'delta', name))) {
      const key = `${object.class}::${object.key}`;
      const like = [...objects.values()].find((other) => other.class === object.class)?.fields ?? {};
      const base =
        objects.get(key)?.fields ??
        Object.fromEntries(Object.entries(like).map(([code, value]) => [code, empty(value)]));
      objects.set(key, { ...object, fields: { ...base, ...object.fields } });
    }
  }
  for (const { fields } of deletions()) {
    objects.delete(`${fields.fclass}::${fields.objkey}`);
    for (const [key, row] of objects) {
      const isAbout = row.fields.objclass === fields.fclass && row.fields.objkey === fields.objkey;
      if (row.class.startsWith('CMDBChangeOp') && row.class !== 'CMDBChangeOpDelete' && isAbout) objects.delete(key);
    }
  }
  for (const id of idSets().deleted.Attachment ?? []) objects.delete(`Attachment::${id}`);
  return objects;
}

async function serve(objects: ReadonlyMap<string, Captured>, directory: string) {
  const byClass = Map.groupBy(objects.values(), (object) => object.class);
  for (const [name, members] of byClass) {
    const answer = Object.fromEntries(members.map((object) => [`${name}::${object.key}`, object]));
    await writeFile(join(directory, `${name}.json`), JSON.stringify({ code: 0, objects: answer }));
  }
  return startTestItop({ captures: directory });
}

describe.skipIf(!hasCaptures)('a delta over what a real iTop answered before and after', () => {
  let database: TestDatabase;
  let keys: string[];
  const directories: string[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    const temporary = async () => {
      const directory = await mkdtemp(join(tmpdir(), 'captures-'));
      directories.push(directory);
      return directory;
    };
    const first = await serve(before(), await temporary());
    const whole = await extractFrom(database.pool, first);
    await first.close();
    const second = await serve(after(), await temporary());
    const outcome = await extractFrom(database.pool, second, { isDelta: true });
    await second.close();
    expect([whole, outcome].map(({ findings }) => findings.filter(({ severity }) => severity === 'blocker'))).toEqual([
      [],
      [],
    ]);
    const { rows } = await database.pool.query<{ key: string }>(
      `select op || ' ' || final_class || '::' || source_id as key from raw.object where run_id = $1 order by 1`,
      [outcome.runId],
    );
    keys = rows.map((row) => row.key);
  });
  afterAll(async () => {
    await database.drop();
    for (const directory of directories) await rm(directory, { recursive: true, force: true });
  });

  it('finds every deletion and claims no other', () => {
    const told = deletions().map(({ fields }) => `delete ${fields.fclass}::${fields.objkey}`);
    const untold = (idSets().deleted.Attachment ?? []).map((id) => `delete Attachment::${id}`);
    const existed = before();
    const expected = [...told, ...untold].filter((key) => existed.has(key.replace('delete ', ''))).sort();
    expect(keys.filter((key) => key.startsWith('delete') && !key.includes('CMDBChangeOp'))).toEqual(expected);
    expect(expected).toHaveLength(25);
  });

  it('erases the history of what was deleted', () => {
    const later = after();
    const gone = [...before().values()].filter(
      (row) => /^CMDBChangeOp(Create|AttachmentAdded)$/.test(row.class) && !later.has(`${row.class}::${row.key}`),
    );
    const tickets = gone.filter(({ fields }) => /^(UserRequest|Incident)$/.test(String(fields.objclass)));
    expect(keys.filter((key) => key.startsWith('delete CMDBChangeOp')).sort()).toEqual(
      tickets.map((row) => `delete ${row.class}::${row.key}`).sort(),
    );
    expect(tickets.length).toBeGreaterThan(0);
  });

  it('finds every changed and every new object and claims no other', () => {
    const [earlier, later] = [before(), after()];
    const shown = new Set(keys.filter((key) => key.startsWith('upsert')).map((key) => key.replace('upsert ', '')));
    const asText = (value: unknown) => JSON.stringify(value);
    // Link sets are not read; copies of another object's name are that object's; iTop's own clocks run on their own.
    const left = /^(id|sla_t.._over|obsolescence_\w+)$|_(list|name|friendlyname|title|ref|email|finalclass_recall)$/;
    const changed = [...later.values()].filter((object) => {
      if (object.class.startsWith('CMDBChange')) return false;
      const former = earlier.get(`${object.class}::${object.key}`);
      return Object.entries(object.fields).some(
        ([code, value]) => !left.test(code) && asText(former?.fields[code]) !== asText(value),
      );
    });
    const expected = changed.map((object) => `${object.class}::${object.key}`).sort();
    expect([...shown].filter((key) => !key.startsWith('CMDBChange')).sort()).toEqual(expected);
    for (const [className, ids] of Object.entries(idSets().created)) {
      if (className !== 'Document') for (const id of ids) expect([...shown]).toContain(`${className}::${id}`);
    }
  });
});
