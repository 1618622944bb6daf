import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { searchConversations } from '../../intercom/conversation-search.ts';
import { textForm } from '../../intercom/same-text.ts';
import { visibleText } from '../../platform/visible-text.ts';
import type { LoadContext } from '../engine/context.ts';
import { send } from '../engine/send.ts';

/** What opens a conversation: who, when (in Unix seconds), with what text. */
export interface Opening {
  readonly contactId: string;
  readonly createdAt: number;
  readonly body: string;
}

/**
 * All conversations that a creation with this opening can have made, oldest id first: by contact, exact second and the marker
 * in the first body (RULES T9). Search lags: an empty answer means something only after the lag.
 */
export async function findConversations(
  context: LoadContext,
  marker: string,
  { contactId, createdAt }: Opening,
): Promise<ConversationFacts[]> {
  const found: ConversationFacts[] = [];
  let startingAfter: string | undefined;
  do {
    const page = (await send(context, searchConversations(contactId, createdAt, startingAfter))).value;
    found.push(
      ...page.conversations.filter(
        (conversation) => conversation.createdAt === createdAt && hasMarker(conversation.sourceBody ?? '', marker),
      ),
    );
    startingAfter = page.startingAfter;
  } while (startingAfter !== undefined);
  return found.sort((a, b) => Number(a.id) - Number(b.id));
}

/** Whether a word of the text, without the punctuation around it, is the marker: R1 must not be found in R10. */
export function hasMarker(html: string, marker: string): boolean {
  const wanted = bare(textForm(marker));
  return textForm(visibleText(html))
    .split(' ')
    .some((word) => bare(word) === wanted);
}

function bare(word: string): string {
  return word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}
