import { adoptConversations } from './conversation/adopt-conversations.ts';
import type { OpenStep } from './desired-state/adoption.ts';
import type { LoadContext } from './engine/context.ts';
import { objects } from './object/objects.ts';

/** What was found in the workspace and is known as ours again. */
export interface Adopted {
  /** Objects by phase. */
  readonly objects: Readonly<Record<string, number>>;
  readonly conversations: number;
  /** Conversations of which parts or steps are missing: the next load goes on with them. */
  readonly incomplete: number;
  readonly parts: number;
  /** Tickets that have more than one conversation. */
  readonly duplicates: readonly string[];
}

/**
 * Rebuilds `load.identity` from what the workspace shows, when the database was lost and filled again from iTop: each kind of object by
 * the key of ours that it carries, conversations by the marker, their parts by time, author and words. Only reads.
 */
export async function adopt(context: LoadContext, progress: OpenStep): Promise<Adopted> {
  const adopted: Record<string, number> = {};
  for (const { source, adopt: adoptObjects } of objects) {
    if (adoptObjects !== 'by the next load') adopted[source.name] = await adoptObjects(context, progress);
  }
  return { objects: adopted, ...(await adoptConversations(context, progress)) };
}
