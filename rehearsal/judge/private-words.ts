import type { LoadedConversation } from './intercom-objects.ts';

/** The generator opens every private entry with such a word: ticket and place make it unique. */
const PLANTED = /privq[0-9a-z]+x[0-9a-z]+z/gi;

export interface Leak {
  readonly field: string;
  readonly word: string;
}

/** Planted words in whatever a customer can see of a conversation, markup included. */
export function findLeaks(conversation: LoadedConversation): Leak[] {
  const visible: [string, string][] = [
    ['title', conversation.title],
    ['opening', conversation.openingBody],
    ...Object.entries(conversation.attributes).map(([name, value]): [string, string] => [name, String(value ?? '')]),
    ...conversation.parts
      .filter((part) => part.partType !== 'note')
      .map((part): [string, string] => [`part ${part.id}`, part.body]),
  ];
  return visible.flatMap(([field, text]) => [...text.matchAll(PLANTED)].map(([word]) => ({ field, word })));
}
