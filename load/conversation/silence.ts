import { type ConversationFacts, wasNotified } from '../../intercom/conversation-facts.ts';
import { isWritten } from '../../intercom/conversation-touch.ts';
import { SilenceBroken } from '../engine/errors.ts';

/** What of a conversation is known when an answer is looked through. */
export interface KnownParts {
  /** Parts that this process sent: of those before it somebody was told. */
  readonly own: readonly string[];
  /** Parts of bots that were there before anything was written. */
  readonly bots?: readonly string[];
  /** Whether a late notified_at says anything in this workspace (`notifiedAtTells`). */
  readonly notifiedAtTells: boolean;
}

/**
 * Throws when the workspace is not silent (invariant 3): a bot wrote into a conversation that is being loaded (a workflow, Fin
 * or a rule answers, and would answer in every further conversation too), or a comment that the load sent with
 * skip_notifications was notified nevertheless. Of a contact's reply nobody outside is notified.
 */
export function checkSilence(facts: ConversationFacts, { own, bots = [], notifiedAtTells }: KnownParts): void {
  const answer = facts.parts.find((part) => part.authorType === 'bot' && isWritten(part) && !bots.includes(part.id));
  if (answer !== undefined) {
    throw new SilenceBroken(
      `A bot answered in conversation ${facts.id} (part ${answer.id}): the workspace is not silent.`,
      {
        stage: 'load',
        nextStep: 'Turn off workflows, Fin and assignment rules for the time of the load, then start the load again.',
      },
    );
  }
  if (!notifiedAtTells) return;
  const notified = facts.parts.find(
    (part) => part.partType === 'comment' && part.authorType === 'admin' && own.includes(part.id) && wasNotified(part),
  );
  if (notified === undefined) return;
  throw new SilenceBroken(
    `Somebody was notified of part ${notified.id} in conversation ${facts.id}, although it was sent with skip_notifications.`,
    {
      stage: 'load',
      nextStep:
        'Find out what was sent, and to whom, before anything more is loaded. If nothing was: send the canary again, check and confirm it (itop-to-intercom canary); where it too bears a late notified_at, its confirmation lets loads pass.',
    },
  );
}
