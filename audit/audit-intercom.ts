import type pg from 'pg';
import type { Intercom } from '../intercom/client.ts';
import { IntercomError } from '../intercom/errors.ts';
import { identifyAdmin, listAdmins, listTeams } from '../intercom/workspace.ts';
import { recordTeammates, recordWorkspace } from '../intercom/workspace-record.ts';
import type { Finding } from '../platform/findings.ts';
import { type Check, found, passed } from './check.ts';
import { assignment } from './target/assignment.ts';
import { attributes } from './target/attributes.ts';
import { companies } from './target/companies.ts';
import { contacts } from './target/contacts.ts';
import type { PlannedExpectations, TargetContext } from './target/context.ts';
import { customObjectTypes } from './target/custom-object-types.ts';
import { helpCenter } from './target/help-center.ts';
import { plan } from './target/plan.ts';
import { rateLimit } from './target/rate-limit.ts';
import { setup, silence } from './target/readiness-checks.ts';
import { region } from './target/region.ts';
import { scopes } from './target/scopes.ts';
import { collections, tags } from './target/tags-and-collections.ts';
import { teammates } from './target/teammates.ts';

export interface IntercomAuditRequest {
  readonly intercom: Intercom;
  readonly pool: pg.Pool;
  readonly expectations: PlannedExpectations;
  readonly signal: AbortSignal | undefined;
}

export interface IntercomAudit {
  /** The workspace behind the token; undefined where Intercom does not say. */
  readonly workspaceIdCode: string | undefined;
  readonly findings: readonly Finding[];
}

const checks: readonly Check<TargetContext>[] = [
  region,
  scopes,
  plan,
  teammates,
  assignment,
  attributes,
  customObjectTypes,
  companies,
  contacts,
  tags,
  collections,
  helpCenter,
  rateLimit,
  setup,
  silence,
];

/** Intercom's side: token, workspace, region, rights, teammates, and every planned name that exists already. */
export async function auditIntercom(request: IntercomAuditRequest): Promise<IntercomAudit> {
  const { intercom } = request;
  let context: TargetContext;
  try {
    const { value: workspace } = await intercom.send(identifyAdmin());
    const { value: admins } = await intercom.send(listAdmins());
    const { value: teams } = await intercom.send(listTeams());
    context = { ...request, workspace, admins, teams };
    await recordWorkspace(request.pool, workspace, intercom.baseUrl);
    await recordTeammates(request.pool, workspace.idCode, admins);
  } catch (error) {
    if (!(error instanceof IntercomError)) throw error;
    const finding = found('intercom_token', 'blocker', 'Intercom', error.message, error.nextStep);
    return { workspaceIdCode: undefined, findings: [finding] };
  }
  const { name, idCode } = context.workspace;
  const findings: Finding[] = [
    passed('intercom_token', 'Intercom', `The token opens the workspace ${name} (${idCode}).`),
  ];
  for (const check of checks) {
    request.signal?.throwIfAborted();
    try {
      findings.push(...(await check.run(context)));
    } catch (error) {
      if (!(error instanceof IntercomError)) throw error;
      findings.push(found(check.code, 'blocker', 'Intercom', error.message, error.nextStep));
    }
  }
  return { workspaceIdCode: idCode, findings };
}
