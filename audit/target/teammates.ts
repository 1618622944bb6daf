import { sql } from 'kysely';
import type { Finding } from '../../platform/findings.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type Check, counted, found, passed, someOf } from '../check.ts';
import { isTransformed } from '../warehouse/progress-of-stages.ts';
import type { TargetContext } from './context.ts';

const code = 'intercom_teammates';

/** Teammates and teams cannot be created by API: who is missing is written for by the fallback teammate (rule T5). */
export const teammates: Check<TargetContext> = {
  code,
  async run({ pool, admins, teams, expectations }) {
    if (admins.length === 0) {
      const finding = 'The workspace lists no teammates, so that nobody can be the author of a reply.';
      return [
        found(code, 'blocker', 'Intercom', finding, 'Give the token the right to read admins, and invite the agents.'),
      ];
    }
    const findings: Finding[] = [
      passed(code, 'Intercom', `${counted(admins.length, 'teammate')} and ${counted(teams.length, 'team')}.`),
    ];
    const addresses = admins.flatMap((admin) => (admin.email === null ? [] : [admin.email.trim().toLowerCase()]));
    const fallback = expectations.fallbackTeammate;
    if (fallback !== undefined && !addresses.includes(fallback.toLowerCase())) {
      const nextStep = 'Invite the teammate, or configure another one as intercom.fallback_teammate.';
      findings.push(
        found(
          'intercom_fallback_teammate',
          'blocker',
          'Intercom',
          `The fallback teammate ${fallback} is none of them.`,
          nextStep,
        ),
      );
    }
    if (!(await isTransformed(pool))) return findings;
    const agents = await warehouse(pool)
      .selectFrom('intercom.teammate')
      .distinctOn('target_key')
      .select((agent) => [
        agent.fn.coalesce('name', 'target_key').as('name'),
        sql<boolean>`coalesce(lower(btrim(email)) = any (${addresses}), false)`.as('is_found'),
      ])
      .orderBy('target_key')
      .execute();
    const missing = agents.filter((row) => !row.is_found);
    if (agents.length > 0) {
      findings.push(
        missing.length === 0
          ? passed('intercom_agent_without_teammate', 'Intercom', `All ${agents.length} agents are teammates.`)
          : found(
              'intercom_agent_without_teammate',
              'warning',
              'Intercom',
              `${missing.length} of ${counted(agents.length, 'agent')} are not teammates: ${someOf(missing.map((row) => row.name))}. What they wrote is sent by the fallback teammate, with their name in its first line.`,
              'Invite them in Intercom, or name a teammate for each in teammates.csv: itop-to-intercom audit write-decisions <directory>',
            ),
      );
    }
    const wanted = await warehouse(pool)
      .selectFrom('staging.team')
      .select('name')
      .distinct()
      .where(sql`btrim(name)`, '<>', '')
      .orderBy('name')
      .$narrowType<{ name: string }>()
      .execute();
    const present = new Set(teams.map((team) => team.name.trim().toLowerCase()));
    const absent = wanted.map((row) => row.name).filter((name) => !present.has(name.trim().toLowerCase()));
    if (wanted.length > 0) {
      findings.push(
        absent.length === 0
          ? passed('intercom_teams', 'Intercom', `All ${wanted.length} teams of iTop exist by name.`)
          : found(
              'intercom_teams',
              'warning',
              'Intercom',
              `Teams of iTop that do not exist here: ${someOf(absent)}.`,
              'Create them under Settings > Teammates > Teams; without them their tickets are assigned to no team.',
            ),
      );
    }
    return findings;
  },
};
