import type { Finding } from '../../platform/findings.ts';
import { type Check, found, passed, someOf } from '../check.ts';
import type { TargetContext } from './context.ts';

const code = 'intercom_assignment';

/**
 * Teams that give their conversations to teammates by themselves, and teammates who are away: both assign what is loaded to others
 * than iTop says. Assignment rules of the workspace cannot be read by the API: the set-up sheet has them.
 */
export const assignment: Check<TargetContext> = {
  code,
  run({ admins, teams }) {
    const findings: Finding[] = [];
    const distributing = teams.filter((team) => team.distribution !== null && team.distribution !== 'manual');
    if (distributing.length > 0)
      findings.push(
        found(
          code,
          'warning',
          'Intercom',
          `Teams that give conversations to teammates by themselves: ${someOf(distributing.map((team) => `${team.name} (${team.distribution})`))}.`,
          'Settings > Teammates > Teams: set their assignment to manual for the load.',
        ),
      );
    const away = admins.filter((admin) => admin.isAway);
    if (away.length > 0)
      findings.push(
        found(
          code,
          away.some((admin) => admin.isReassignedWhenAway) ? 'warning' : 'note',
          'Intercom',
          `Teammates who are away: ${someOf(away.map((admin) => `${admin.name ?? admin.id}${admin.isReassignedWhenAway ? ' (replies are reassigned)' : ''}`))}.`,
          'Let them come back, or turn "reassign replies" off, until the load is done.',
        ),
      );
    if (findings.length === 0)
      findings.push(passed(code, 'Intercom', 'No team distributes conversations, and no teammate is away.'));
    return Promise.resolve(findings);
  },
};
