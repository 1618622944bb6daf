import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cacheDirectory } from '../../platform/cache-directory.ts';
import { acceptDifferences } from '../../reconcile/accept-differences.ts';
import { judgeRehearsal } from '../../rehearsal/judge/judge-rehearsal.ts';
import { inContext } from '../../workflow/command-context.ts';
import { workspaceIdCodeOf } from '../../workflow/in-run.ts';
import { extract, load, reconcile, transform } from '../../workflow/pipeline.ts';
import { confirmRehearsal, decideMapping } from '../../workflow/rehearsal/confirm.ts';
import { closeRehearsalSite, openRehearsalSite } from '../../workflow/rehearsal/site.ts';

const timezone = 'Europe/Paris';
const formerCache = process.env.XDG_CACHE_HOME;
let cache: string;

beforeAll(async () => {
  await mkdir(cacheDirectory(), { recursive: true });
  cache = await mkdtemp(join(cacheDirectory(), 'tampered-'));
  // The server that root starts runs as another account.
  await chmod(cache, 0o755);
  process.env.XDG_CACHE_HOME = cache;
});
afterAll(async () => {
  await closeRehearsalSite();
  if (formerCache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = formerCache;
  await rm(cache, { recursive: true, force: true });
});

/** Two public entries of different tickets, and two parts of a third whose authors are a contact and a teammate. */
async function chooseVictims(pool: pg.Pool) {
  const swapped = await pool.query<{ ticket: string; by_contact: string; by_teammate: string }>(
    `select conversation_key as ticket, min(target_key) filter (where author_kind = 'contact') as by_contact,
            min(target_key) filter (where author_kind = 'teammate' and author_key is not null) as by_teammate
     from intercom.conversation_part where item_key like '%#public_log/%' and part_type = 'comment'
     group by conversation_key
     having bool_or(author_kind = 'contact') and bool_or(author_kind = 'teammate' and author_key is not null)
     order by 1 limit 1`,
  );
  const victim = swapped.rows[0];
  if (victim === undefined) throw new Error('no ticket has a comment by a contact and one by a teammate');
  const dropped = await pool.query<{ item_key: string; ticket: string }>(
    `select item_key, conversation_key as ticket from intercom.conversation_part
     where item_key like '%#public_log/%' and conversation_key <> $1 order by 1 limit 1`,
    [victim.ticket],
  );
  const entry = dropped.rows[0];
  if (entry === undefined) throw new Error('no other ticket has a public entry');
  return { ...victim, entry };
}

/** Puts another query under a view: `wrap` makes it of the present one. Gives what puts the present one back. */
async function replaceView(pool: pg.Pool, name: string, wrap: (body: string, columns: string[]) => string) {
  const { rows } = await pool.query<{ body: string; columns: string[] }>(
    `select rtrim(pg_get_viewdef($1::regclass), ';') as body,
            array(select attname::text from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum) as columns`,
    [name],
  );
  const body = rows[0]?.body ?? '';
  await pool.query(`create or replace view ${name} as ${wrap(body, rows[0]?.columns ?? [])}`);
  return () => pool.query(`create or replace view ${name} as ${body}`);
}

type Victims = Awaited<ReturnType<typeof chooseVictims>>;
type Undo = () => Promise<unknown>;
const partView = 'intercom.conversation_part_definition';

const dropEntry = (view: string) => (pool: pg.Pool, victims: Victims) =>
  replaceView(pool, view, (body) => `select * from (${body}) as whole where item_key <> '${victims.entry.item_key}'`);

/** Gives two parts each other's author. */
function swapAuthors(pool: pg.Pool, { by_contact: one, by_teammate: other }: Victims): Promise<Undo> {
  const authorOf = (column: string) =>
    `case v.target_key when '${one}' then (select w.${column} from whole w where w.target_key = '${other}')
       when '${other}' then (select w.${column} from whole w where w.target_key = '${one}') else v.${column} end as ${column}`;
  return replaceView(pool, partView, (body, columns) => {
    const list = columns.map((column) =>
      column === 'author_kind' || column === 'author_key' ? authorOf(column) : `v.${column}`,
    );
    return `with whole as (${body}) select ${list.join(', ')} from whole v`;
  });
}

/** Takes the last entry out of a stored payload, as if iTop had never given it. */
async function dropFromRaw(pool: pg.Pool, { entry }: Victims): Promise<Undo> {
  const { rows } = await pool.query<{ version_id: string; payload: unknown }>(
    'select version_id, payload from raw.latest_object where source_key = $1',
    [entry.ticket],
  );
  await pool.query(
    `update raw.object set payload = payload #- '{public_log,entries,-1}' where root_class = 'Ticket' and version_id = $1`,
    [rows[0]?.version_id],
  );
  return () =>
    pool.query(`update raw.object set payload = $2 where root_class = 'Ticket' and version_id = $1`, [
      rows[0]?.version_id,
      JSON.stringify(rows[0]?.payload),
    ]);
}

async function differences(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `select check_name || ' ' || target_key as line from reconcile.difference
     where phase = 'staging' and is_failure and not is_accepted order by 1`,
  );
  return rows.map((row) => row.line);
}

it('each tampering of raw or of a view turns exactly its own test red, and nothing is loaded', async () => {
  const site = await openRehearsalSite({ tickets: 40, seed: 1, callLimit: 0, timezone, workspace: 'captured' });
  await inContext({ config: site.configFile, json: true }, 'none', async (context) => {
    await extract(context);
    await decideMapping(context, 'generated');
    await transform(context);
    const { pool } = context.database;
    const victims = await chooseVictims(pool);
    const entry = victims.entry.item_key;
    await confirmRehearsal(context, site.intercomControlUrl);
    const buildAnew = async () => {
      await pool.query('delete from ops.materialised');
      await transform(context);
    };
    const tamperings: readonly (readonly [(pool: pg.Pool, victims: Victims) => Promise<Undo>, readonly string[]])[] = [
      [dropFromRaw, [`raw is what was landed ${victims.entry.ticket}`]],
      [dropEntry('staging.log_entry'), [`assert_log_entry__each_of_raw ${entry}`]],
      [dropEntry('intermediate.ticket_message_definition'), [`assert_log_entry__becomes_message ${entry}`]],
      [dropEntry(partView), [`assert_log_entry__becomes_part ${entry}`]],
      [
        swapAuthors,
        [victims.by_contact, victims.by_teammate]
          .map((part) => `assert_conversation_part__author_of_message ${part}`)
          .sort(),
      ],
    ];
    for (const [tamper, expected] of tamperings) {
      const undo = await tamper(pool, victims);
      await buildAnew();
      await expect(load(context, {})).rejects.toThrow(/Nothing is loaded: tests of what was transformed return rows/);
      expect(await differences(pool)).toEqual(expected);
      const { unexplained } = await reconcile(context);
      expect(unexplained.filter((row) => row.kind === 'check')).toHaveLength(1);
      await undo();
    }
    await buildAnew();
    // Nothing of the thread is lost but what was said to be lost: no entry counts as one without text because a view forgot it.
    const undo = await dropEntry(partView)(pool, victims);
    await buildAnew();
    const plan = await pool.query('select plan, reason from reconcile.item_plan where item_key = $1', [entry]);
    expect(plan.rows).toEqual([{ plan: 'pending', reason: 'has text, and no part holds it' }]);
    await undo();

    // A person who accepts it all the same can load; the comparison of both systems' dumps still finds it.
    await dropEntry(partView)(pool, victims);
    await swapAuthors(pool, victims);
    await buildAnew();
    await expect(load(context, {})).rejects.toThrow(/assert_log_entry__becomes_part \(1, e\.g\. /);
    await acceptDifferences(pool, await workspaceIdCodeOf(context), { phase: 'staging', by: 'Ada', reason: 'a test' });
    await load(context, {});
    const { mapping } = context.settings;
    const { isGreen, findings } = await judgeRehearsal({ ...site, timezone, mappingFile: mapping.file });
    expect(isGreen).toBe(false);
    const blamed = new Set(findings.map((finding) => finding.sourceKey.replace(/#.*$/, '')));
    expect([...blamed].sort()).toEqual([victims.entry.ticket, victims.ticket].sort());
    expect(findings.some((finding) => finding.sourceKey.startsWith(entry))).toBe(true);
    expect(findings.some((finding) => finding.check.includes('author'))).toBe(true);
  });
});
