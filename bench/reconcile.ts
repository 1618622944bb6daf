import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { migrate } from '../platform/migrate.ts';
import { type Verdict, writeVerdicts } from '../platform/verdict-writer.ts';
import { writeReport } from '../reconcile/report/write-report.ts';
import { applyViews } from '../transform/apply-views.ts';
import { printFigure } from './print-figure.ts';

/**
 * Benchmark of reconciling: `npm run bench reconcile -- 100000`. Writes the verdicts of that many conversations of eight parts
 * as a load does, then asks the views over them and builds the report.
 */
const conversations = Number(process.argv[3] ?? '100000');
const partsEach = 8;
const batchSize = 2_000;

const directory = await mkdtemp(join(cacheDirectory(), 'bench-reconcile-'));
const reports = await mkdtemp(join(tmpdir(), 'bench-report-'));
const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
const database = openDatabase(server.url, { max: 4 });
const { pool } = database;
try {
  await migrate(pool);
  await applyViews(pool);
  await pool.query(
    `insert into ops.run (command, fingerprint, fingerprint_detail) values ('load', 'x', '{}');
     insert into ops.process (run_id, attempt, host, pid) values (1, 1, 'bench', 1);
     insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w', 'bench', 'http://w', '1')`,
  );
  await pool.query(
    `insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id)
     select 'w', kind, 'Ticket::' || n, n::text, 'created', 1
     from generate_series(1, $1::integer) n cross join unnest(array['conversation', 'conversation_state']) kind`,
    [conversations],
  );
  await pool.query(
    `insert into load.journal (workspace_id_code, run_id, process_id, phase, operation, target_type, target_key, source_key,
                               method, path, state)
     select 'w', 1, 1, 'conversations', 'createConversation', 'conversation', 'Ticket::' || n, 'Ticket::' || n,
            'POST', '/conversations', 'done'
     from generate_series(1, $1::integer) n`,
    [conversations],
  );
  const rows = conversations * (partsEach + 1);
  const seconds = await timed(async () => {
    let batch: Verdict[] = [];
    for (let n = 1; n <= conversations; n += 1) {
      batch.push(...verdictsOf(n));
      if (batch.length < batchSize && n < conversations) continue;
      await writeVerdicts(pool, batch);
      batch = [];
    }
  });
  await pool.query('vacuum analyze');
  const size = await pool.query<{ table_size: string; database_size: string }>(
    `select pg_size_pretty(pg_total_relation_size('reconcile.verdict')) as table_size,
            pg_size_pretty(pg_database_size(current_database())) as database_size`,
  );
  print('verdicts written', `${rows} in ${seconds.toFixed(1)} s (${Math.round(rows / seconds)} a second)`);
  print('size', `verdicts ${size.rows[0]?.table_size}, database ${size.rows[0]?.database_size}`);
  for (const view of ['verdict_by_check', 'verdict_by_phase', 'verdict_by_class', 'count_by_phase', 'gate']) {
    print(`reconcile.${view}`, `${(await timed(() => pool.query(`select * from reconcile.${view}`))).toFixed(2)} s`);
  }
  const out = reports;
  const built = await timed(() =>
    writeReport({
      pool,
      workspaceIdCode: 'w',
      seed: 'bench',
      threadCount: 10,
      directory: out,
      links: { intercomUrl: 'https://app.intercom.com' },
    }),
  );
  const bytes = async (name: string) => (await stat(join(out, name))).size;
  print(
    'report',
    `${built.toFixed(1)} s, page ${await bytes('report.html')} bytes, differences.csv ${await bytes('differences.csv')} bytes`,
  );
} finally {
  await database.close();
  await server.stop();
  for (const path of [directory, reports]) await rm(path, { recursive: true, force: true });
}

/** One part in ten by the fallback teammate, one in a thousand wrong. */
function verdictsOf(n: number): Verdict[] {
  const base = { workspaceIdCode: 'w', runId: '1', phase: 'conversations', evidence: 'response' } as const;
  const head: Verdict = {
    ...base,
    objectType: 'conversation',
    targetKey: `Ticket::${n}`,
    check: 'conversation',
    verdict: 'passed',
    fieldsChecked: 14,
  };
  const parts = Array.from({ length: partsEach }, (_, place): Verdict => {
    const serial = n * partsEach + place;
    const verdict = serial % 1000 === 0 ? 'failed' : serial % 10 === 0 ? 'fallback_author' : 'passed';
    return {
      ...base,
      objectType: 'part',
      targetKey: `Ticket::${n}#public_log/${place}`,
      check: 'part',
      verdict,
      fieldsChecked: 5,
      ...(verdict === 'passed' ? {} : { reasonCode: verdict === 'failed' ? 'differs' : 'author_is_no_teammate' }),
    };
  });
  return [head, ...parts];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

function print(name: string, value: string): void {
  printFigure(`${name.padEnd(28)} ${value}`);
}
