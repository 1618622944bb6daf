import type pg from 'pg';

/** A question that Intercom's description leaves open and that each workspace is asked. */
export interface Probe {
  readonly name: string;
  readonly question: string;
  /** What is assumed until it is answered: the answer that can do no harm. */
  readonly strictDefault: string;
}

export const probes = [
  {
    name: 'search_by_attribute',
    question: 'Does conversation search find by a custom attribute?',
    strictDefault: 'no',
  },
  {
    name: 'search_lag_ms',
    question: 'After how many milliseconds does search show a new conversation?',
    strictDefault: '300000',
  },
  { name: 'comment_html', question: 'Does a comment of a teammate keep HTML?', strictDefault: 'no' },
  { name: 'part_order', question: 'Are parts shown by time or by insertion?', strictDefault: 'insertion' },
  { name: 'part_before_opening', question: 'May a part be older than its conversation?', strictDefault: 'no' },
  { name: 'part_in_future', question: 'May a part lie in the future?', strictDefault: 'no' },
  { name: 'long_attribute', question: 'What happens to a text attribute of 256 characters?', strictDefault: 'refused' },
  { name: 'reply_by_other_contact', question: 'May a contact reply who is no participant?', strictDefault: 'no' },
  {
    name: 'participant_without_email',
    question: 'May a contact without an e-mail be added to a conversation?',
    strictDefault: 'no',
  },
  { name: 'seatless_author', question: 'May a teammate without a seat be the author of a note?', strictDefault: 'no' },
  {
    name: 'underscore_in_attribute',
    question: 'May the name of a contact attribute hold an underscore?',
    strictDefault: 'no',
  },
  { name: 'company_id_reuse', question: 'Does a deleted company give its company_id free?', strictDefault: 'no' },
  {
    name: 'mail_reaches_contact',
    question: 'Does any mail reach the contact of a loaded thread?',
    strictDefault: 'yes',
  },
  {
    name: 'late_notified_at',
    question: 'Is notified_at of a silent comment later than its time, although nobody is notified?',
    strictDefault: 'no',
  },
  { name: 'two_users_one_address', question: 'May two users have one address?', strictDefault: 'yes' },
  { name: 'version_accepted', question: 'Does the app accept version 2.16?', strictDefault: 'no' },
  {
    name: 'request_bytes',
    question: 'How many bytes of a request, files in base64 included, does Intercom take?',
    strictDefault: '20000000',
  },
  {
    name: 'reference_write',
    question: 'Does a write to a relationship attribute replace what it held, or add to it?',
    strictDefault: 'add',
  },
  { name: 'window_quota', question: 'How many calls does a window of the rate limit allow?', strictDefault: '166' },
] as const satisfies readonly Probe[];

export type ProbeName = (typeof probes)[number]['name'];

export interface ProbeAnswer {
  readonly name: ProbeName;
  readonly answer: string;
  readonly isAnswered: boolean;
  readonly detail: string;
}

/** All probes of a workspace; those that nobody answered with their strict default. */
export async function readProbes(pool: pg.Pool, workspaceIdCode: string): Promise<ProbeAnswer[]> {
  const { rows } = await pool.query<{ probe: string; answer: string; detail: string }>(
    'select probe, answer, detail from load.probe where workspace_id_code = $1',
    [workspaceIdCode],
  );
  const answered = new Map(rows.map((row) => [row.probe, row]));
  return probes.map(({ name, strictDefault }) => {
    const row = answered.get(name);
    return { name, answer: row?.answer ?? strictDefault, isAnswered: row !== undefined, detail: row?.detail ?? '' };
  });
}

/** The answer of one probe, or its strict default where nobody answered it. */
export async function probeAnswer(pool: pg.Pool, workspaceIdCode: string, name: ProbeName): Promise<string> {
  const { rows } = await pool.query<{ answer: string }>(
    'select answer from load.probe where workspace_id_code = $1 and probe = $2',
    [workspaceIdCode, name],
  );
  return rows[0]?.answer ?? probes.find((probe) => probe.name === name)?.strictDefault ?? '';
}

/** Largest request in bytes: as configured, else what the canary saw accepted, else the strict default. */
export async function requestLimit(
  pool: pg.Pool,
  workspaceIdCode: string,
  configuredBytes: number | undefined,
): Promise<number> {
  return configuredBytes ?? Number(await probeAnswer(pool, workspaceIdCode, 'request_bytes'));
}

/**
 * Whether a notified_at later than the time of a part says that somebody was notified. It says nothing where the canary's
 * silent comment bears one and a person confirmed that nothing had arrived.
 */
export async function notifiedAtTells(pool: pg.Pool, workspaceIdCode: string): Promise<boolean> {
  return (await probeAnswer(pool, workspaceIdCode, 'late_notified_at')) !== 'yes';
}

/** How long a created conversation may stay invisible to search: as configured, and at least twice what the canary measured. */
export async function searchLagBound(pool: pg.Pool, workspaceIdCode: string, configuredMs: number): Promise<number> {
  const lag = (await readProbes(pool, workspaceIdCode)).find((probe) => probe.name === 'search_lag_ms');
  return lag?.isAnswered === true ? Math.max(configuredMs, 2 * Number(lag.answer)) : configuredMs;
}

/** Records an answer; a later one replaces it. */
export async function recordProbe(
  pool: pg.Pool,
  answer: {
    readonly workspaceIdCode: string;
    readonly canaryId: string;
    readonly name: ProbeName;
    readonly answer: string;
    readonly detail: string;
  },
): Promise<void> {
  await pool.query(
    `insert into load.probe (workspace_id_code, probe, answer, detail, canary_id) values ($1, $2, $3, $4, $5)
     on conflict (workspace_id_code, probe) do update
     set answer = excluded.answer, detail = excluded.detail, canary_id = excluded.canary_id, answered_at = clock_timestamp()`,
    [answer.workspaceIdCode, answer.name, answer.answer, answer.detail, answer.canaryId],
  );
}
