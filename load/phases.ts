import type { ObjectKind } from '../intercom/object-kind.ts';
import { conversationPhase } from './conversation/conversation-phase.ts';
import { conversationKinds } from './conversation/undo-conversation.ts';
import { type Turn, turnOf } from './engine/turn.ts';
import { objects } from './object/objects.ts';

/** The phases of a load in order: conversations name all other objects, so they come last. */
export function turns(): readonly Turn[] {
  return [...objects.map(({ turn }) => turn), turnOf(conversationPhase())];
}

/** What reading a workspace back, and taking a load back, need to know of each kind of object. */
export const objectKinds: readonly ObjectKind[] = [...objects, ...conversationKinds];
