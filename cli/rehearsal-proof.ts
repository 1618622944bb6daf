import type { NotNull } from 'kysely';
import { messageOf } from '../platform/errors.ts';
import type { Settings } from '../platform/settings.ts';
import { writeVerdicts } from '../platform/verdict-writer.ts';
import { warehouse } from '../platform/warehouse.ts';
import { readUnexplained, type Unexplained } from '../reconcile/unexplained.ts';
import { type Judgement, judgeRehearsal } from '../rehearsal/judge/judge-rehearsal.ts';
import type { CommandContext } from '../workflow/command-context.ts';
import type { RehearsalSite } from '../workflow/rehearsal/site.ts';

/** Compares both simulators' dumps by code that shares nothing with what moved the records. */
export function judge(site: RehearsalSite, settings: Settings): Promise<Judgement> {
  return judgeRehearsal({
    itopControlUrl: site.itopControlUrl,
    intercomControlUrl: site.intercomControlUrl,
    timezone: settings.itop?.timezone ?? 'UTC',
    mappingFile: settings.mapping.file,
    ...(settings.scope === undefined ? {} : { scope: settings.scope }),
    ...(settings.snooze.until === undefined ? {} : { snoozedUntil: settings.snooze.until }),
  }).catch((error: unknown) => {
    throw new Error(`The simulators' dumps could not be compared: ${messageOf(error)}`, { cause: error });
  });
}

/**
 * The judge's findings are verdicts like any other; their evidence is the dump. Returns what is not explained once they stand
 * beside the rest.
 */
export async function recordJudgement({ database }: CommandContext, judgement: Judgement): Promise<Unexplained[]> {
  const rows = await warehouse(database.pool)
    .selectFrom('ops.run')
    .select(['run_id', 'workspace_id_code'])
    .$narrowType<{ workspace_id_code: NotNull }>()
    .where('command', '=', 'reconcile')
    .orderBy('run_id', 'desc')
    .limit(1)
    .execute();
  const run = rows[0];
  if (run === undefined) throw new Error('the rehearsal was not reconciled');
  const { run_id: runId, workspace_id_code: workspaceIdCode } = run;
  const counts = [
    ...judgement.counts.map((count) => ({
      targetKey: count.objectClass,
      check: 'iTop and Intercom hold the same',
      expected: String(count.expected),
      actual: count.found === count.expected ? String(count.equal) : `${count.equal} of ${count.found}`,
    })),
    {
      targetKey: 'all classes',
      check: 'the comparison finds nothing',
      expected: '0',
      actual: String(judgement.findingTotal),
    },
    {
      targetKey: 'notifications',
      check: 'nobody outside was notified',
      expected: '0',
      actual: String(judgement.ledger.customerNotifications),
    },
  ];
  await writeVerdicts(
    database.pool,
    counts.map((count) => ({
      ...count,
      workspaceIdCode,
      runId,
      phase: 'rehearsal',
      objectType: 'class',
      evidence: 'dump' as const,
      verdict: count.expected === count.actual ? ('passed' as const) : ('failed' as const),
    })),
  );
  return readUnexplained(database.pool, { workspaceIdCode });
}
