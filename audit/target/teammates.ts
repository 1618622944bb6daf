import type { Finding } from '../../platform/findings.ts';
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
    const agents = await pool.query<{ name: string; email: string | null; is_found: boolean }>(
      `select distinct on (target_key) coalesce(name, target_key) as name, email,
              coalesce(lower(btrim(email)) = any ($1), false) as is_found
       from intercom.teammate order by target_key`,
      [addresses],
    );
    const missing = agents.rows.filter((row) => !row.is_found);
    if (agents.rows.length > 0) {
      findings.push(
        missing.length === 0
          ? passed('intercom_agent_without_teammate', 'Intercom', `All ${agents.rows.length} agents are teammates.`)
          : found(
              'intercom_agent_without_teammate',
              'warning',
              'Intercom',
              `${missing.length} of ${counted(agents.rows.length, 'agent')} are not teammates: ${someOf(missing.map((row) => row.name))}. What they wrote is sent by the fallback teammate, with their name in its first line.`,
              'Invite them in Intercom, or name a teammate for each in teammates.csv: itop-to-intercom audit write-decisions <directory>',
            ),
      );
    }
    const wanted = await pool.query<{ name: string }>(
      `select distinct name from staging.team where btrim(name) <> '' order by 1`,
    );
    const present = new Set(teams.map((team) => team.name.trim().toLowerCase()));
    const absent = wanted.rows.map((row) => row.name).filter((name) => !present.has(name.trim().toLowerCase()));
    if (wanted.rows.length > 0) {
      findings.push(
        absent.length === 0
          ? passed('intercom_teams', 'Intercom', `All ${wanted.rows.length} teams of iTop exist by name.`)
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
