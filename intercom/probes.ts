import type pg from 'pg';
import { clockTimestamp, warehouse } from '../platform/warehouse.ts';
import { type PlainForm, plainForms } from './plain-form.ts';

/** A question that Intercom's description leaves open, that each workspace is asked, and whose answer changes what a load does. */
export interface Probe {
  readonly name: string;
  readonly question: string;
  /** What is assumed until it is answered: the answer that can do no harm. */
  readonly strictDefault: string;
  /** What follows from the answer. */
  readonly consequence: string;
}

export const probes = [
  {
    name: 'search_lag_ms',
    question: 'After how many milliseconds does search show a new conversation?',
    strictDefault: '300000',
    consequence: 'A creation without answer is repeated only when search had at least twice that time.',
  },
  {
    name: 'comment_html',
    question: 'Does a comment of a teammate keep HTML?',
    strictDefault: 'no',
    consequence: 'Comments are sent as HTML, or as plain text.',
  },
  {
    name: 'plain_opening',
    question: 'In which form does an opening show < and & as they are: as_is, escaped or look_alike?',
    strictDefault: 'as_is',
    consequence: 'Openings are sent in that form.',
  },
  {
    name: 'plain_reply',
    question: "In which form does a contact's reply show < and & as they are?",
    strictDefault: 'as_is',
    consequence: "Contacts' replies are sent in that form.",
  },
  {
    name: 'plain_comment',
    question: "In which form does a teammate's plain comment show < and & as they are?",
    strictDefault: 'as_is',
    consequence: 'Comments without an HTML form are sent in that form.',
  },
  {
    name: 'seatless_author',
    question: 'May a teammate without a seat be the author of a note?',
    strictDefault: 'no',
    consequence: 'Otherwise the fallback teammate writes in their name.',
  },
  {
    name: 'second_participant',
    question: 'May a second contact be added to a conversation by its id, and reply?',
    strictDefault: 'yes',
    consequence: 'Otherwise a teammate tells what further people wrote, with their name in the first line.',
  },
  {
    name: 'participant_without_email',
    question: 'May a contact without an e-mail be added to a conversation?',
    strictDefault: 'no',
    consequence: 'Otherwise a teammate tells what such people wrote, with their name in the first line.',
  },
  {
    name: 'same_contact_twice',
    question: 'Does a second creation with the same e-mail make a second contact?',
    strictDefault: 'no',
    consequence:
      'Then a contact is searched by its e-mail before it is made, and a creation without answer is looked up.',
  },
  {
    name: 'read_mark',
    question: 'Does a conversation that is marked as read stay so?',
    strictDefault: 'no',
    consequence: 'Loaded conversations are marked as read, so that old ones do not look unread in the Messenger.',
  },
  {
    name: 'file_names',
    question: 'Does a file keep its name?',
    strictDefault: 'kept',
    consequence: 'Files are compared by their names, or not.',
  },
  {
    name: 'file_sizes',
    question: 'Does a picture keep its size?',
    strictDefault: 'kept',
    consequence: 'Files are compared by their sizes, or not.',
  },
  {
    name: 'late_notified_at',
    question: 'Is notified_at of a silent comment later than its time, although nobody is notified?',
    strictDefault: 'no',
    consequence: 'A late notified_at ends a load, or says nothing.',
  },
  {
    name: 'request_bytes',
    question: 'How many bytes of a request, files in base64 included, does Intercom take?',
    strictDefault: '20000000',
    consequence: 'Larger files are handed off.',
  },
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
  const rows = await warehouse(pool)
    .selectFrom('load.probe')
    .select(['probe', 'answer', 'detail'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .execute();
  const answered = new Map(rows.map((row) => [row.probe, row]));
  return probes.map(({ name, strictDefault }) => {
    const row = answered.get(name);
    return { name, answer: row?.answer ?? strictDefault, isAnswered: row !== undefined, detail: row?.detail ?? '' };
  });
}

/** The answer of one probe, or its strict default where nobody answered it. */
export async function probeAnswer(pool: pg.Pool, workspaceIdCode: string, name: ProbeName): Promise<string> {
  const row = await warehouse(pool)
    .selectFrom('load.probe')
    .select('answer')
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('probe', '=', name)
    .executeTakeFirst();
  return row?.answer ?? probes.find((probe) => probe.name === name)?.strictDefault ?? '';
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

/** What the canary saw of a workspace, as a load and its comparisons obey it. */
export interface SeenBehaviour {
  readonly plain: { readonly opening: PlainForm; readonly reply: PlainForm; readonly comment: PlainForm };
  readonly canSeatlessWrite: boolean;
  readonly sameContactTwice: boolean;
  readonly marksRead: boolean;
  readonly keepsFileNames: boolean;
  readonly keepsFileSizes: boolean;
}

/** The answers about what a workspace does to what is sent; strict defaults where nobody asked. */
export async function seenBehaviour(pool: pg.Pool, workspaceIdCode: string): Promise<SeenBehaviour> {
  const all = new Map((await readProbes(pool, workspaceIdCode)).map((probe) => [probe.name, probe.answer]));
  const formOf = (name: ProbeName): PlainForm => plainForms.find((form) => form === all.get(name)) ?? 'as_is';
  return {
    plain: {
      opening: formOf('plain_opening'),
      reply: formOf('plain_reply'),
      comment: formOf('plain_comment'),
    },
    canSeatlessWrite: all.get('seatless_author') === 'yes',
    sameContactTwice: all.get('same_contact_twice') === 'yes',
    marksRead: all.get('read_mark') === 'yes',
    keepsFileNames: all.get('file_names') === 'kept',
    keepsFileSizes: all.get('file_sizes') === 'kept',
  };
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
  await warehouse(pool)
    .insertInto('load.probe')
    .values({
      workspace_id_code: answer.workspaceIdCode,
      probe: answer.name,
      answer: answer.answer,
      detail: answer.detail,
      canary_id: answer.canaryId,
    })
    .onConflict((conflict) =>
      conflict.columns(['workspace_id_code', 'probe']).doUpdateSet((excluded) => ({
        answer: excluded.ref('excluded.answer'),
        detail: excluded.ref('excluded.detail'),
        canary_id: excluded.ref('excluded.canary_id'),
        answered_at: clockTimestamp,
      })),
    )
    .execute();
}
