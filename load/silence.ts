import type { ConversationFacts } from '../intercom/conversation-facts.ts';
import { FailedError } from '../platform/errors.ts';
import { isMessage } from './part-step.ts';

/** Somebody or something answers what is loaded: an alarm for every process of the workspace. */
export class SilenceBroken extends FailedError {}

/**
 * Throws when a bot wrote into a conversation that is being loaded: a workflow, Fin or a rule is answering (invariant 3),
 * and would answer in every further conversation too. `known` are parts of bots that were there before anything was written.
 */
export function checkSilence(facts: ConversationFacts, known: readonly string[] = []): void {
  const answer = facts.parts.find((part) => part.authorType === 'bot' && isMessage(part) && !known.includes(part.id));
  if (answer === undefined) return;
  throw new SilenceBroken(
    `A bot answered in conversation ${facts.id} (part ${answer.id}): the workspace is not silent.`,
    {
      stage: 'load',
      nextStep: 'Turn off workflows, Fin and assignment rules for the time of the load, then start the load again.',
    },
  );
}
