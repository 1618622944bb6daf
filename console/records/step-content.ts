import type { RecordNames } from '../../itop/record-names.ts';
import { type Html, html } from '../../platform/html.ts';
import { inWorkList, type WorkListName, workListTitles } from '../../platform/work-list-titles.ts';
import { namedText } from './record-names.ts';

/** Pages on which a person does what these commands do. */
const pagesOfCommands: readonly (readonly [command: RegExp, address: string, title: string])[] = [
  [/itop-to-intercom audit (sheet|sign)\b/, '/setup', 'Set-up sheet'],
  [/itop-to-intercom map (propose|check|confirm|set)\b/, '/mapping', 'Mapping'],
  [/itop-to-intercom sample\b/, '/sample', 'Sample'],
  [/itop-to-intercom status\b/, '/live', 'Live'],
  [/itop-to-intercom rollback (plan|execute)\b/, '/rollback', 'Rollback'],
];

/** A next step as it is written for a terminal, with a link to the page that does the same, and with what it names as links. */
export function stepContent(names: RecordNames, words: string): Html {
  const page = pagesOfCommands.find(([command]) => command.test(words));
  if (page === undefined) return linkedLists(names, words);
  const [, address, title] = page;
  return html`${linkedLists(names, words)}${/[.!?]$/.test(words) ? ' Or here: ' : ', or here: '}<a href="${address}">${title}</a>`;
}

/** A text with the work lists that it names as links to them, and the records too. */
function linkedLists(names: RecordNames, words: string): Html {
  const list = (Object.keys(workListTitles) as WorkListName[]).find((name) => words.includes(inWorkList(name)));
  if (list === undefined) return namedText(names, words);
  const [before = '', after = ''] = words.split(inWorkList(list));
  return html`${namedText(names, before)}<a href="/lists/${list}">${workListTitles[list]}</a>${namedText(names, after)}`;
}
