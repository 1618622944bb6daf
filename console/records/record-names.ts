import type { RecordNames } from '../../itop/record-names.ts';
import { breakable, type Html, html } from '../../platform/html.ts';
import { itemWords, objectOf } from '../../platform/item-key.ts';
import { anchorOf } from '../../transform/preview/thread.ts';

/** Keys of records that a text names. */
export const keysIn = (text: string): string[] => text.match(keyPattern) ?? [];

const keyPattern = /\b[A-Za-z]\w*::\d+(?:#[a-z_]+(?:\/[\w:-]+)?)?/g;

/** A text with the keys in it as links with the records' names. */
export function namedText(names: RecordNames, text: string): Html {
  const keys = keysIn(text);
  return html`${text.split(keyPattern).map((words, i) => html`${breakable(words)}${keys[i] === undefined ? '' : namedLink(names, keys[i])}`)}`;
}

/** Characters shown of a name. */
const shownLength = 90;

/** A link to a record by its name, and to the message in it; a key of no record stays a key. */
export function namedLink(names: RecordNames, key: string): Html {
  const name = names.get(objectOf(key));
  if (name === undefined) return html`${key}`;
  const item = itemWords(key);
  const shown = name.length > shownLength ? `${name.slice(0, shownLength)}…` : name;
  return html`<a href="${recordAddress(key)}" title="${key}">${shown}${item === '' ? '' : `: ${item}`}</a>`;
}

/** Address of a record's page, at the message that an item key names. */
function recordAddress(key: string): string {
  const page = `/record/${encodeURIComponent(objectOf(key))}`;
  return key.includes('#') ? `${page}#${anchorOf(key)}` : page;
}
