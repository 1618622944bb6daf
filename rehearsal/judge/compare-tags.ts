import type { Findings } from './findings.ts';
import type { LoadedConversation } from './intercom-objects.ts';
import type { Ticket } from './itop-objects.ts';
import type { Tally } from './tally.ts';

/** K1: a conversation bears the tag of its ticket's service where services are tags, and no other. */
export function compareTags(
  ticket: Ticket,
  conversation: LoadedConversation,
  areServicesTags: boolean,
  findings: Findings,
  tally: Tally,
): void {
  const service = areServicesTags ? ticket.text('service_name').trim() : '';
  const wanted = service === '' ? [] : [service];
  const found = conversation.tags.map((tag) => tag.trim());
  const isBorne = (tag: string, tags: readonly string[]) =>
    tags.some((other) => other.toLowerCase() === tag.toLowerCase());
  tally.add('tags of conversations', 'expected', wanted.length);
  tally.add('tags of conversations', 'found', found.length);
  const about = { sourceKey: ticket.key, targetId: conversation.id, field: 'tags' };
  for (const tag of wanted) {
    if (isBorne(tag, found)) tally.add('tags of conversations', 'equal');
    else findings.add({ ...about, check: 'missing tag', expected: tag, actual: found.join(', ') });
  }
  for (const tag of found) {
    if (!isBorne(tag, wanted))
      findings.add({ ...about, check: 'unexpected tag', expected: 'no such tag', actual: tag });
  }
}
