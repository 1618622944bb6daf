import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInlineBroker } from '../../extract/landing/inline-broker.ts';
import { runExtract } from '../../extract/run-extract.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { filesOf, readExports } from '../support/exports.ts';
import { itopSettings } from '../support/itop-settings.ts';
import { startTestItop, type TestItop } from '../support/itop-simulator.ts';

let byRest: TestDatabase;
let byFile: TestDatabase;
let itop: TestItop;
let remove: (() => Promise<void>) | undefined;

beforeEach(async () => {
  [byRest, byFile, itop] = await Promise.all([
    createTestDatabase(),
    createTestDatabase(),
    startTestItop({ generator: { tickets: 60, seed: 5 } }),
  ]);
});
afterEach(async () => {
  await Promise.all([itop.close(), byRest.drop(), byFile.drop(), remove?.()]);
});

async function extractOverRest({ pool }: TestDatabase): Promise<string[]> {
  const run = await openRun(pool, { command: 'extract', fingerprint: {} });
  const broker = openInlineBroker(pool);
  const outcome = await runExtract({
    settings: itopSettings(itop),
    pool,
    broker,
    run,
    progress: openProgress('silent'),
  });
  await run.finish({});
  await broker.close();
  return outcome.findings.map((finding) => `${finding.code} ${finding.subject}`);
}

function transform({ pool }: TestDatabase): Promise<unknown> {
  // Who has files alone states the zone and nothing else of iTop.
  return runTransform(pool, loadSettings({ environment: { ITOP_TIMEZONE: 'Europe/Paris' } }), openProgress('silent'));
}

type Entry = {
  date: string;
  user_login: string;
  user_id: string | number | null;
  message: string;
  message_html: string;
};

/** A log as export-v2 writes it with formatted_text=1: newest first, text beside HTML, what has no header at the end. */
function exportedLog(entries: readonly Entry[]): string {
  const body = (entry: Entry) => (/^<[a-z!]/i.test(entry.message_html) ? entry.message_html : entry.message);
  const headed = entries.filter((entry) => entry.date !== '').reverse();
  const headless = entries.filter((entry) => entry.date === '');
  return [
    ...headed.map((e) => `\n========== ${e.date} : ${e.user_login} (${e.user_id ?? 0}) ============\n\n${body(e)}`),
    ...headless.map((entry) => (headed.length === 0 ? '' : '\n\n') + body(entry)),
  ].join('');
}

/** A value as export-v2 writes it with no_localize=1. */
function cell(value: unknown): string {
  const entries = (value as { entries?: unknown } | null)?.entries;
  const text = Array.isArray(entries)
    ? exportedLog(entries as Entry[])
    : Array.isArray(value)
      ? value.join('|')
      : typeof value === 'boolean'
        ? value
          ? 'yes'
          : 'no'
        : String(value ?? '');
  return `"${text.replaceAll('\r\n', '\n').replaceAll('"', '""')}"`;
}

/**
 * What is sent to Intercom of a relation, in a fixed order. Versions of raw differ between two databases, and a record note is
 * dated when it was made.
 */
async function content({ pool }: TestDatabase, relation: string, without: readonly string[]): Promise<unknown[]> {
  const { rows } = await pool.query<{ content: unknown }>(
    `with sent as (
       select to_jsonb(t) - 'raw_version'
           - case when to_jsonb(t) ->> 'item_key' like '%#record_note' then array['created_at', 'payload_hash'] else '{}' end as content
       from ${relation} t
     )
     select content from sent
     where not (coalesce(content ->> 'conversation_key', content ->> 'source_key') = any ($1))
     order by content::text collate "C"`,
    [without],
  );
  // A record note says the minute at which its ticket was read.
  return rows.map(({ content }) =>
    JSON.parse(JSON.stringify(content).replace(/As of [\d-]+ [\d:]+ \([\w/]+\)/g, 'As of then')),
  );
}

it('a class by CSV, the others by REST: what goes to Intercom is what REST alone gives', async () => {
  await extractOverRest(byRest);
  await transform(byRest);
  const { rows } = await byRest.pool.query<{ source_id: string; payload: Record<string, unknown> }>(
    `select source_id, payload from raw.latest_object where final_class = 'UserRequest' order by source_id`,
  );
  const names = Object.keys(rows[0]?.payload ?? {});
  const lines = rows.map((row) => [row.source_id, ...names.map((name) => cell(row.payload[name]))].join(','));
  const files = await filesOf({
    'UserRequest.csv': `${['id', ...names].map((n) => `"${n}"`).join(',')}\n${lines.join('\n')}\n`,
  });
  remove = files.remove;

  const outcome = await readExports(byFile.pool, [files.directory]);
  expect(outcome.files).toMatchObject([{ objects: rows.length, rejected: 0 }]);
  const findings = await extractOverRest(byFile);
  expect(findings).toContain('class_comes_by_file UserRequest');
  await transform(byFile);

  const { rows: channels } = await byFile.pool.query(
    `select distinct channel from raw.object where final_class = 'UserRequest'`,
  );
  expect(channels).toEqual([{ channel: 'csv' }]);
  // Logs that are kept whole are listed: their tickets cannot be equal. Nor are those with a text older than the log's index, which
  // begins with the line breaks in front of it.
  const { rows: doubtful } = await byFile.pool.query<{ source_key: string }>(
    `select distinct source_key from ops.log_review where treatment = 'kept whole' or reason like 'text without a separator%'`,
  );
  const without = doubtful.map((row) => row.source_key);
  expect(without.length).toBeLessThan(rows.length / 10);
  for (const relation of ['intercom.conversation', 'intercom.conversation_part', 'intercom.conversation_part_file']) {
    expect(await content(byFile, relation, without)).toEqual(await content(byRest, relation, without));
  }
  expect((await content(byFile, 'intercom.conversation', without)).length).toBeGreaterThan(30);
});
