import type pg from 'pg';

export interface CrosswalkRow {
  readonly itop_class: string;
  readonly itop_id: string;
  readonly itop_ref: string | null;
  readonly itop_url: string;
  readonly target_type: string;
  readonly intercom_id: string;
  readonly intercom_url: string;
  readonly state: string | null;
}

const hosts: Readonly<Record<string, string>> = {
  eu: 'https://app.eu.intercom.com',
  au: 'https://app.au.intercom.com',
};

/** Where a thing is seen in Intercom; undefined for kinds without a page. */
export function intercomUrl(region: string | null, workspace: string, type: string, id: string): string | undefined {
  const app = `${hosts[region ?? ''] ?? 'https://app.intercom.com'}/a`;
  const [space, thing] = [encodeURIComponent(workspace), encodeURIComponent(id)];
  if (type === 'conversation') return `${app}/inbox/${space}/inbox/conversation/${thing}`;
  if (type === 'contact') return `${app}/apps/${space}/users/${thing}`;
  if (type === 'company') return `${app}/apps/${space}/companies/${thing}`;
  if (type === 'article') return `${app}/apps/${space}/articles/articles/${thing}/show`;
  return undefined;
}

/** Everything that is in Intercom by now, by page of the crosswalk. */
export async function* readCrosswalk(client: pg.ClientBase, itopUrl: string): AsyncGenerator<CrosswalkRow[]> {
  const base = itopUrl.replace(/\/$/, '');
  await client.query(
    `declare crosswalk no scroll cursor for
     select workspace_id_code, region, itop_class, itop_id, itop_ref, target_type, intercom_id, state
     from handoff.crosswalk
     where intercom_id is not null and itop_class ~ '^\\w+$' and itop_id ~ '^\\d+$'
     order by itop_class, itop_id::bigint, workspace_id_code`,
  );
  for (;;) {
    const { rows } = await client.query<
      Omit<CrosswalkRow, 'itop_url' | 'intercom_url'> & { workspace_id_code: string; region: string | null }
    >('fetch 2000 from crosswalk');
    if (rows.length === 0) break;
    yield rows.map(({ workspace_id_code, region, ...row }) => ({
      ...row,
      itop_url: `${base}/pages/UI.php?operation=details&class=${row.itop_class}&id=${row.itop_id}`,
      intercom_url: intercomUrl(region, workspace_id_code, row.target_type, row.intercom_id) ?? '',
    }));
  }
  await client.query('close crosswalk');
}
