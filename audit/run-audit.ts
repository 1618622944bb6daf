import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Intercom } from '../intercom/client.ts';
import { recordConfirmation } from '../platform/confirmation.ts';
import { type Finding, replaceFindings } from '../platform/findings.ts';
import type { ItopSettings } from '../platform/settings.ts';
import { warehouse } from '../platform/warehouse.ts';
import { auditIntercom } from './audit-intercom.ts';
import { auditItop } from './audit-itop.ts';
import type { PlannedExpectations } from './target/context.ts';
import { auditWarehouse, notLookedAt } from './warehouse/audit-warehouse.ts';

export interface AuditRequest {
  /** Left out where raw was filled from exported files and there is no iTop to ask. */
  readonly itop?: ItopSettings;
  readonly pool: pg.Pool;
  /** Left out where Intercom is not configured yet: its checks are then left out too. */
  readonly intercom?: Intercom;
  readonly expectations?: PlannedExpectations;
  /** Until when pending tickets sleep, as configured. */
  readonly snoozeUntil?: string;
  readonly signal?: AbortSignal;
}

export interface AuditOutcome {
  /** Workspace that was looked at; null where Intercom is not configured or its token is refused. */
  readonly workspaceIdCode: string | null;
  readonly findings: readonly Finding[];
  /** True when nothing was found that forbids a load. */
  readonly isPassed: boolean;
}

const noExpectations: PlannedExpectations = { residency: undefined, plan: undefined, fallbackTeammate: undefined };

/**
 * Checks iTop, what was landed, and Intercom before anything is moved, and stores what it found in `ops.finding`; whether the
 * workspace passed stands in `ops.confirmation`, which a load asks. Only reads, on both sides. A system that cannot be reached is
 * a finding, not an error.
 */
export async function runAudit(request: AuditRequest): Promise<AuditOutcome> {
  const { pool, intercom, signal } = request;
  const source = request.itop === undefined ? [itopNotAsked] : await auditItop(request.itop, pool, signal);
  const landed = await auditWarehouse({ pool, snoozeUntil: request.snoozeUntil });
  const target =
    intercom === undefined
      ? undefined
      : await auditIntercom({ intercom, pool, signal, expectations: request.expectations ?? noExpectations });
  const findings = [...source, ...landed, ...(target?.findings ?? [])];
  await replaceFindings(pool, 'audit', findings);
  const isPassed = findings.every((finding) => finding.severity !== 'blocker');
  const workspaceIdCode = target?.workspaceIdCode ?? null;
  const isWhole = !landed.some((finding) => finding.code === notLookedAt);
  if (workspaceIdCode !== null) await recordPassed(pool, workspaceIdCode, isPassed && isWhole, findings);
  return { workspaceIdCode, findings, isPassed };
}

const itopNotAsked: Finding = {
  code: 'itop_not_asked',
  severity: 'warning',
  subject: 'iTop',
  finding:
    'No address of iTop is configured: only the exported files were looked at. Rights, counts and the zone of dates rest on what the exporting person said.',
  nextStep:
    'Compare the number of objects of each class with iTop by hand, or set ITOP_URL, ITOP_USER and ITOP_PASSWORD and audit again.',
};

/** An audit that does not pass, or that could not look into the records, withdraws what an earlier one confirmed. */
async function recordPassed(
  pool: pg.Pool,
  workspaceIdCode: string,
  isPassed: boolean,
  findings: readonly Finding[],
): Promise<void> {
  if (!isPassed) {
    await warehouse(pool)
      .deleteFrom('ops.confirmation')
      .where('workspace_id_code', '=', workspaceIdCode)
      .where('subject', '=', 'audit')
      .execute();
    return;
  }
  const fingerprint = createHash('sha256').update(JSON.stringify(findings)).digest('hex');
  await recordConfirmation(pool, { workspaceIdCode, subject: 'audit', fingerprint, confirmedBy: 'audit' });
}
