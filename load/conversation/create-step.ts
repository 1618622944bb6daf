import { createConversation, type MessageFacts } from '../../intercom/conversations.ts';
import { unixSeconds } from '../../intercom/fields.ts';
import { fromPlainForm, inPlainForm, losesCharacters, type PlainForm } from '../../intercom/plain-form.ts';
import { isSameText } from '../../intercom/same-text.ts';
import type { Target } from '../../platform/journal.ts';
import { withoutLookAlikes } from '../../platform/look-alikes.ts';
import type { Verdict } from '../../platform/verdict-writer.ts';
import { foldSpace, visibleText } from '../../platform/visible-text.ts';
import { verdictsOf } from '../desired-state/verdicts.ts';
import type { LoadContext } from '../engine/context.ts';
import type { Evidence, Step } from '../engine/execute-step.ts';
import { findConversations, type Opening } from './find-sent-conversation.ts';
import type { ConversationRow } from './thread.ts';

/** Creates the conversation of a ticket with its opening. The one call whose effect can only be found by search. */
export function createConversationStep(
  context: LoadContext,
  target: Target,
  row: ConversationRow,
  contactId: string,
): Step<MessageFacts & { readonly asSent?: Opening }> {
  const createdAt = unixSeconds(row.created_at);
  const form = context.seen.plain.opening;
  const body = inPlainForm(row.body, form);
  let duplicates: readonly string[] = [];
  let sent: Opening = { contactId, createdAt, body: row.body };
  return {
    target,
    call: createConversation({ contactId, role: row.contact_role, body, createdAt }),
    sentCreatedAt: row.created_at,
    mayBeTooFresh: true,
    isFoundBySearch: true,
    isFoundAsSent: true,
    async lookUp({ payload }) {
      const sought = openingOf(payload, sent, form);
      const [oldest, ...others] = await findConversations(context, row.marker, sought);
      if (oldest === undefined) return undefined;
      sent = sought;
      duplicates = others.map((conversation) => conversation.id);
      return {
        conversationId: oldest.id,
        createdAt: oldest.createdAt,
        body: oldest.sourceBody ?? '',
        asSent: sent,
      };
    },
    accept: (message, evidence) => ({
      response: { conversationId: message.conversationId },
      identities: [
        {
          targetType: 'conversation',
          targetKey: target.key,
          targetId: message.conversationId,
          origin: 'created',
          payloadHash: row.payload_hash,
          ...(form === 'escaped' ? { bodyForm: 'html' as const } : {}),
          sentCreatedAt: new Date(sent.createdAt * 1000),
        },
      ],
      verdicts: [
        ...verdictsOf(
          context,
          target,
          'opening',
          evidence,
          [
            ['created_at', sent.createdAt, message.createdAt],
            // The description's example of the answer repeats the text as it was sent; a conversation shows it as HTML.
            [
              'body',
              foldSpace(sent.body),
              isSameText(inPlainForm(sent.body, form), message.body)
                ? foldSpace(fromPlainForm(message.body, form))
                : visibleText(message.body),
            ],
          ],
          losesCharacters(withoutLookAlikes(sent.body), form)
            ? { verdict: 'passed', reasonCode: 'look_alike_characters' }
            : { verdict: 'passed' },
        ),
        ...duplicateVerdicts(context, target, evidence, message.conversationId, duplicates),
      ],
      resolution: duplicates.length === 0 ? undefined : `found ${duplicates.length + 1} conversations of this ticket`,
    }),
  };
}

/** The opening that a lost call sent, from its payload: the ticket may have another caller, time or description since. */
function openingOf(payload: unknown, planned: Opening, form: PlainForm): Opening {
  const { from, created_at, body } = (payload ?? {}) as { from?: { id?: string }; created_at?: number; body?: string };
  return {
    contactId: from?.id ?? planned.contactId,
    createdAt: created_at ?? planned.createdAt,
    body: body === undefined ? planned.body : fromPlainForm(body, form),
  };
}

/** More than one conversation of a ticket is never silent: the search lag was longer than its bound. */
function duplicateVerdicts(
  context: LoadContext,
  target: Target,
  evidence: Evidence,
  conversationId: string,
  duplicates: readonly string[],
): Verdict[] {
  if (duplicates.length === 0) return [];
  const all = [conversationId, ...duplicates].join(' ');
  return verdictsOf(context, target, 'single', evidence, [['conversations', conversationId, all]]);
}
