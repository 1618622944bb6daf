import { z } from 'zod';
import type { Call } from './call.ts';
import { anyFlag, anyText, id } from './fields.ts';

export interface WorkspaceFacts {
  readonly idCode: string;
  readonly name: string;
  readonly region: string | null;
  /** Teammate the access token belongs to. */
  readonly adminId: string;
}

export interface AdminFacts {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  /** Whether the teammate has a paid seat; null where the answer does not say. */
  readonly hasInboxSeat: boolean | null;
  readonly isAway: boolean;
  /** Whether replies to conversations of a teammate who is away go to the team. */
  readonly isReassignedWhenAway: boolean;
}

export interface TeamFacts {
  readonly id: string;
  readonly name: string;
  /** How the team's conversations are given to its teammates: `manual`, `round_robin`, `balanced`; null where the answer does not say. */
  readonly distribution: string | null;
}

const me = z.object({
  id,
  app: z.object({ id_code: z.string().min(1), name: z.string().nullish(), region: z.string().nullish() }),
});
const adminList = z.object({
  admins: z.array(
    z
      .object({
        id,
        email: anyText,
        name: anyText,
        has_inbox_seat: anyFlag,
        away_mode_enabled: anyFlag,
        away_mode_reassign: anyFlag,
      })
      .nullable(),
  ),
});
const teamList = z.object({ teams: z.array(z.object({ id, name: anyText, distribution_method: anyText })) });

/** `identifyAdmin`: the workspace behind the token and the teammate it belongs to. */
export function identifyAdmin(): Call<WorkspaceFacts> {
  return {
    operation: 'identifyAdmin',
    method: 'GET',
    path: '/me',
    effect: 'read',
    read: (body) => {
      const facts = me.parse(body);
      const { id_code: idCode, name, region } = facts.app;
      return { idCode, name: name ?? idCode, region: region ?? null, adminId: facts.id };
    },
  };
}

/** `listAdmins`: all teammates. */
export function listAdmins(): Call<AdminFacts[]> {
  return {
    operation: 'listAdmins',
    method: 'GET',
    path: '/admins',
    effect: 'read',
    read: (body) =>
      adminList
        .parse(body)
        .admins.filter((admin) => admin !== null)
        .map((admin) => ({
          id: admin.id,
          email: admin.email ?? null,
          name: admin.name ?? null,
          hasInboxSeat: admin.has_inbox_seat ?? null,
          isAway: admin.away_mode_enabled === true,
          isReassignedWhenAway: admin.away_mode_reassign === true,
        })),
  };
}

/** `listTeams`: all teams. */
export function listTeams(): Call<TeamFacts[]> {
  return {
    operation: 'listTeams',
    method: 'GET',
    path: '/teams',
    effect: 'read',
    read: (body) =>
      teamList.parse(body).teams.map((team) => ({
        id: team.id,
        name: team.name ?? team.id,
        distribution: team.distribution_method ?? null,
      })),
  };
}
