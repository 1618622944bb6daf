import type pg from 'pg';
import type { Intercom } from '../../intercom/client.ts';
import type { AdminFacts, TeamFacts, WorkspaceFacts } from '../../intercom/workspace.ts';

export interface PlannedExpectations {
  readonly residency: 'us' | 'eu' | 'au' | undefined;
  readonly plan: 'essential' | 'advanced' | 'expert' | undefined;
  readonly fallbackTeammate: string | undefined;
}

/** What the checks of a workspace are given. */
export interface TargetContext {
  readonly pool: pg.Pool;
  readonly intercom: Intercom;
  readonly workspace: WorkspaceFacts;
  readonly admins: readonly AdminFacts[];
  readonly teams: readonly TeamFacts[];
  readonly expectations: PlannedExpectations;
  readonly signal: AbortSignal | undefined;
}
