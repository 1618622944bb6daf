import type pg from 'pg';
import type { Intercom } from '../intercom/client.ts';
import { type Finding, replaceFindings } from '../platform/findings.ts';
import type { ItopSettings } from '../platform/settings.ts';
import { auditIntercom } from './audit-intercom.ts';
import { auditItop } from './audit-itop.ts';

export interface AuditRequest {
  readonly itop: ItopSettings;
  readonly pool: pg.Pool;
  /** Left out where Intercom is not configured yet: its checks are then left out too. */
  readonly intercom?: Intercom;
  readonly signal?: AbortSignal;
}

export interface AuditOutcome {
  readonly findings: readonly Finding[];
  /** True when nothing was found that forbids a load. */
  readonly isPassed: boolean;
}

/**
 * Checks iTop and Intercom before anything is moved, and stores what it found in `ops.finding`.
 * Only reads, on both sides. A system that cannot be reached is a finding, not an error.
 */
export async function runAudit(request: AuditRequest): Promise<AuditOutcome> {
  const findings = [
    ...(await auditItop(request.itop, request.pool, request.signal)),
    ...(request.intercom === undefined ? [] : await auditIntercom(request.intercom)),
  ];
  await replaceFindings(request.pool, 'audit', findings);
  return { findings, isPassed: findings.every((finding) => finding.severity !== 'blocker') };
}
