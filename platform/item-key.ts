import { plainWords, type Words } from './plain-words.ts';

const itemKinds: Words = {
  description: 'first message',
  public_log: 'public log',
  private_log: 'private log',
  solution: 'solution',
  pending_reason: 'pending reason',
  user_comment: 'closing remark',
  record_note: 'record note',
  transcript: 'transcript of older messages',
};

/** The message of a ticket that an item key names, as a reader counts: "public log, entry 3". Empty for the object itself. */
export function itemWords(itemKey: string): string {
  const [, kind, index] = /#([a-z_]+)(?:\/(.+))?$/s.exec(itemKey) ?? [];
  if (kind === undefined) return '';
  return `${plainWords(itemKinds, kind)}${index !== undefined && /^\d+$/.test(index) ? `, entry ${Number(index) + 1}` : ''}`;
}

/** Source key of the object that an item, or a thing made of it, belongs to. */
export const objectOf = (key: string): string => key.split('#')[0]?.split('/')[0] ?? key;
