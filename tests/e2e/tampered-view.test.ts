import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inContext } from '../../cli/command-context.ts';
import { extract, load, transform } from '../../cli/pipeline.ts';
import { confirmRehearsal } from '../../cli/rehearsal-confirmation.ts';
import { closeRehearsalSite, openRehearsalSite } from '../../cli/rehearsal-site.ts';
import { cacheDirectory } from '../../platform/cache-directory.ts';
import { type Judgement, judgeRehearsal } from '../../rehearsal/judge/judge-rehearsal.ts';
import { refreshConversations } from '../../transform/refresh-materialised.ts';
import { readViewFiles } from '../../transform/view-files.ts';

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

/** Makes the view that the loader's table is built from leave out one entry, and give two parts each other's author. */
async function tamper(pool: pg.Pool, victims: Awaited<ReturnType<typeof chooseVictims>>): Promise<void> {
  const name = 'intercom.conversation_part_definition';
  const { rows } = await pool.query<{ body: string; columns: string[] }>(
    `select rtrim(pg_get_viewdef($1::regclass), ';') as body,
            array(select attname::text from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum) as columns`,
    [name],
  );
  const { by_contact: one, by_teammate: other, entry } = victims;
  const authorOf = (column: string) =>
    `case v.target_key when '${one}' then (select w.${column} from whole w where w.target_key = '${other}')
       when '${other}' then (select w.${column} from whole w where w.target_key = '${one}') else v.${column} end as ${column}`;
  const columns = (rows[0]?.columns ?? []).map((column) =>
    column === 'author_kind' || column === 'author_key' ? authorOf(column) : `v.${column}`,
  );
  await pool.query(
    `create or replace view ${name} as with whole as (${rows[0]?.body})
     select ${columns.join(', ')} from whole v where v.item_key <> '${entry.item_key}'`,
  );
  await pool.query(`delete from ops.materialised where relation like 'intercom.conversation%'`);
  await refreshConversations(pool, await readViewFiles());
}

it('an entry that a view drops, and two authors that it swaps, turn the comparison of both dumps red', async () => {
  const site = await openRehearsalSite({ tickets: 40, seed: 1, callLimit: 0, timezone });
  const judge = (): Promise<Judgement> =>
    judgeRehearsal({ itopControlUrl: site.itopControlUrl, intercomControlUrl: site.intercomControlUrl, timezone });
  await inContext({ config: site.configFile, json: true }, async (context) => {
    await extract(context);
    await transform(context);
    const { pool } = context.database;
    const victims = await chooseVictims(pool);
    await tamper(pool, victims);
    await confirmRehearsal(context);
    await load(context, {});
    const { isGreen, findings } = await judge();
    expect(isGreen).toBe(false);
    const blamed = new Set(findings.map((finding) => finding.sourceKey.replace(/#.*$/, '')));
    expect([...blamed].sort()).toEqual([victims.entry.ticket, victims.ticket].sort());
    expect(findings.some((finding) => finding.sourceKey.startsWith(victims.entry.item_key))).toBe(true);
    expect(findings.some((finding) => finding.check.includes('author'))).toBe(true);
  });
});
