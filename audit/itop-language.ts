import type pg from 'pg';
import type { Itop } from '../itop/client.ts';
import { ClassNotReadable, QueryRejected } from '../itop/errors.ts';
import { selectAll } from '../itop/oql.ts';
import type { Finding } from '../platform/findings.ts';
import { found, passed } from './check.ts';
import { ticketClasses } from './ticket-classes.ts';

const code = 'itop_language';

/** Says in the account's language whether a limit of a stop watch was passed: the one value of REST that is translated. */
const translated = 'sla_tto_passed';

/**
 * iTop answers some values in the language of the account: `oui` for `yes`. The mapping knows iTop's own words, so the account
 * must be English. An account that may read its own entry shows its language; for any other a ticket does.
 */
export async function checkLanguage(itop: Itop, pool: pg.Pool, user: string): Promise<Finding[]> {
  const language = await languageOf(itop, user);
  if (language !== undefined) {
    return language.startsWith('EN') ? [passed(code, 'iTop', `${user} is set to English.`)] : [another(user, language)];
  }
  const value = await wordOfATicket(itop, await ticketClasses(pool));
  if (value === undefined) return [];
  return /^(yes|no|)$/.test(value)
    ? [passed(code, 'iTop', 'Answers come in English.')]
    : [another(user, `one that says "${value}" for yes or no`)];
}

async function languageOf(itop: Itop, user: string): Promise<string | undefined> {
  try {
    const query = { className: 'User', oql: selectAll('User'), outputFields: ['login', 'language'] };
    for await (const account of itop.get(query)) {
      if (account.fields.login === user) return String(account.fields.language);
    }
    return undefined;
  } catch (error) {
    return refused(error);
  }
}

async function wordOfATicket(itop: Itop, classes: readonly string[]): Promise<string | undefined> {
  for (const className of classes) {
    const sample = await itop.sample(className, selectAll(className), [translated]).catch(refused);
    const value = sample?.object?.fields[translated];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

function refused(error: unknown): undefined {
  if (error instanceof ClassNotReadable || error instanceof QueryRejected) return undefined;
  throw error;
}

function another(user: string, language: string): Finding {
  return found(
    code,
    'blocker',
    'iTop',
    `The language of ${user} is ${language}: iTop then says yes and no in that language, and the mapping does not know the words.`,
    "Set the account's language to English in iTop, then audit again.",
  );
}
