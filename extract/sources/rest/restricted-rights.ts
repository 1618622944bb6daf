import type pg from 'pg';
import type { Finding } from '../../../platform/findings.ts';

/** A few links without their ticket may be dangling in iTop; more than this share of a class is doubted. */
const suspiciousShare = 0.05;

/**
 * Looks for rights that hide objects without a word: iTop gives an account that is restricted to some organizations just
 * fewer rows. Two things give it away: the account's own list of organizations, where it may be read, and links, which belong
 * to no organization and are all given, to tickets and persons that are not.
 */
export async function findRestrictedRights(pool: pg.Pool, login: string): Promise<Finding[]> {
  const { rows: allowed } = await pool.query<{ organizations: number }>(
    `select count(*)::integer as organizations
     from raw.latest_object u
     join raw.latest_object o on o.root_class = 'URP_UserOrg' and o.payload ->> 'userid' = u.source_id::text
     where u.root_class = 'User' and u.payload ->> 'login' = $1 having count(*) > 0`,
    [login],
  );
  const { rows: links } = await pool.query<{ class: string; key: string; hidden: number; held: number }>(
    `select l.final_class as class, k.key, count(*)::integer as held,
       count(*) filter (where h.source_key is null or h.op = 'delete')::integer as hidden
     from raw.latest_object l
     join (values ('lnkContactToTicket', 'ticket_id', 'Ticket'), ('lnkFunctionalCIToTicket', 'ticket_id', 'Ticket'),
       ('lnkPersonToTeam', 'person_id', 'Contact')) as k (class, key, root_class) on k.class = l.root_class
     left join raw.head h on h.source_key = k.root_class || '::' || (l.payload ->> k.key)
     where exists (select from raw.head seen where seen.root_class = k.root_class)
     group by l.final_class, k.key`,
  );
  return [
    ...allowed.map(({ organizations }) => restricted(`The account is restricted to ${organizations} organizations.`)),
    ...links
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
