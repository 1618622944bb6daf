import { sql } from 'kysely';
import type pg from 'pg';
import type { Finding } from '../../../platform/findings.ts';
import { givenRows, rowCount, warehouse } from '../../../platform/warehouse.ts';

/** A few links without their ticket may be dangling in iTop; more than this share of a class is doubted. */
const suspiciousShare = 0.05;

/** Links by which a ticket or a person shows although the account may not see it, and the class tree that the key leads into. */
const linkKeys = [
  { class: 'lnkContactToTicket', key: 'ticket_id', root_class: 'Ticket' },
  { class: 'lnkFunctionalCIToTicket', key: 'ticket_id', root_class: 'Ticket' },
  { class: 'lnkPersonToTeam', key: 'person_id', root_class: 'Contact' },
];

/**
 * Looks for rights that hide objects without a word: iTop gives an account that is restricted to some organizations just
 * fewer rows. Two things give it away: the account's own list of organizations, where it may be read, and links, which belong
 * to no organization and are all given, to tickets and persons that are not.
 */
export async function findRestrictedRights(pool: pg.Pool, login: string): Promise<Finding[]> {
  const db = warehouse(pool);
  const allowed = await db
    .selectFrom('raw.latest_object as u')
    .innerJoin('raw.latest_object as o', (join) =>
      join.on('o.root_class', '=', 'URP_UserOrg').on(sql`o.payload ->> 'userid'`, '=', sql`u.source_id::text`),
    )
    .select(rowCount.as('organizations'))
    .where('u.root_class', '=', 'User')
    .where(sql`u.payload ->> 'login'`, '=', login)
    .having((row) => row.fn.countAll(), '>', 0)
    .execute();
  const links = await db
    .selectFrom('raw.latest_object as l')
    .innerJoin(givenRows('k', { class: 'text', key: 'text', root_class: 'text' }, linkKeys), 'k.class', 'l.root_class')
    .leftJoin('raw.head as h', (join) =>
      join
        .on('h.source_key', '=', sql<string>`k.root_class || '::' || (l.payload ->> k.key)`)
        .on('h.op', '<>', 'delete'),
    )
    .select((row) => [
      'l.final_class as class',
      'k.key',
      rowCount.as('held'),
      row.cast<number>(row.fn.count('h.source_key'), 'integer').as('present'),
    ])
    .where((row) => row.exists(row.selectFrom('raw.head as seen').whereRef('seen.root_class', '=', 'k.root_class')))
    .groupBy(['l.final_class', 'k.key'])
    .execute();
  return [
    ...allowed.map(({ organizations }) => restricted(`The account is restricted to ${organizations} organizations.`)),
    ...links
      .map(({ present, ...link }) => ({ ...link, hidden: link.held - present }))
      .filter(({ hidden, held }) => hidden > suspiciousShare * held)
      .map(({ class: name, key, hidden, held }) =>
        restricted(`${hidden} of ${held} objects of ${name} point by ${key} to something that iTop does not give.`),
      ),
  ];
}

function restricted(finding: string): Finding {
  return {
    code: 'rights_restricted',
    severity: 'warning',
    subject: 'iTop account',
    finding: `${finding} Objects of other organizations are missing without a word.`,
    nextStep: 'Take the allowed organizations off the account (they must be none), and extract again.',
  };
}
