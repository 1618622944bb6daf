import type { Handler, Operation } from './call.ts';
import type { Admin } from './objects.ts';

const identifyAdmin: Handler = ({ workspace }) => {
  const owner = workspace.tokenOwner;
  return {
    type: 'admin',
    id: owner.id,
    email: owner.email,
    name: owner.name,
    email_verified: true,
    app: {
      type: 'app',
      id_code: workspace.idCode,
      name: 'Rehearsal workspace',
      created_at: workspace.createdAt,
      secure: false,
      identity_verification: false,
      timezone: 'Europe/Dublin',
      region: workspace.region,
    },
    avatar: { type: 'avatar', image_url: 'https://static.intercomassets.com/assets/default-avatars/admins/128.png' },
    has_inbox_seat: true,
  };
};

const listAdmins: Handler = ({ workspace }) => ({
  type: 'admin.list',
  admins: [...workspace.admins.values()].map(showAdmin),
});

const listTeams: Handler = ({ workspace }) => ({
  type: 'team.list',
  teams: [...workspace.teams.values()].map((team) => ({
    type: 'team',
    id: team.id,
    name: team.name,
    admin_ids: [],
    distribution_method: team.distribution ?? 'manual',
  })),
});

function showAdmin(admin: Admin) {
  return {
    type: 'admin',
    id: admin.id,
    email: admin.email,
    name: admin.name,
    away_mode_enabled: admin.isAway === true,
    away_mode_reassign: admin.isAway === true,
    has_inbox_seat: admin.isSeatless !== true,
    team_ids: [],
  };
}

export const adminOperations: readonly Operation[] = [
  { name: 'identifyAdmin', method: 'GET', path: '/me', isMutating: false, handle: identifyAdmin },
  { name: 'listAdmins', method: 'GET', path: '/admins', isMutating: false, handle: listAdmins },
  { name: 'listTeams', method: 'GET', path: '/teams', isMutating: false, handle: listTeams },
];
