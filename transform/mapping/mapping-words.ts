import { plainWords, type Words } from '../../platform/plain-words.ts';

const homes: Words = {
  part: 'the thread',
  field: 'Intercom field',
  attribute: 'custom attribute',
  record_note: 'record note (internal)',
  handoff: 'handed over as a file',
  dropped: 'not moved',
};

/** Where the value of an attribute goes. */
export const homeWords = (home: string | null): string => (home === null ? 'undecided' : plainWords(homes, home));

const destinations: Words = {
  conversation: 'conversation',
  reference: 'only read, to explain others',
  handoff: 'handed over as files',
  excluded: 'left out',
  attachment: 'file of a message',
  tag: 'tag',
};

/** What the objects of a class become. */
export const destinationWords = (destination: string): string => plainWords(destinations, destination);

const featurePlaces: Words = {
  attribute: 'as an attribute',
  'record note': 'in the record note',
  part: 'in the thread',
};

const featureNames: Words = { part: 'message', opening: 'first message', loss: 'does not move' };

/** What a record of the sample shows: "attribute: UserRequest.close_date" is "close date as an attribute". */
export function featureWords(feature: string): string {
  const [, what = '', className, detail = ''] = /^([a-z ]+): (?:(\w+)\.)?(.+)$/s.exec(feature) ?? [];
  const words = (detail || feature).replaceAll('_', ' ');
  if (className === undefined) return detail === '' ? words : `${plainWords(featureNames, what)}: ${words}`;
  return featurePlaces[what] === undefined ? words : `${words.replace(/ id friendlyname$/, '')} ${featurePlaces[what]}`;
}
