import { type AttributeFacts, listAttributes } from '../../intercom/attributes.ts';
import { RefusedError } from '../../platform/errors.ts';
import { warehouse } from '../../platform/warehouse.ts';
import type { LoadContext } from '../engine/context.ts';
import { send } from '../engine/send.ts';

/**
 * Refuses an attribute of conversations that stands in the workspace more than once: Intercom takes a second one of a name, and refuses
 * every write that names it from then on. `own` is the id of the one that the load knows.
 */
export function refuseDoubledAttribute(name: string, live: readonly AttributeFacts[], own?: string): void {
  if (live.length < 2) return;
  const ids = live.map(({ id }) => id);
  const kept = own !== undefined && ids.includes(own) ? `${own}, which the load knows,` : 'one of them';
  throw new RefusedError(
    `Conversations have ${live.length} attributes named ${name} (${ids.join(', ')}): Intercom refuses every write to it.`,
    { stage: 'load', nextStep: `Archive all but ${kept} in Intercom (Settings > Data), then start the load again.` },
  );
}

/**
 * Refuses to write to conversations while one of their attributes stands in the workspace more than once, as the late effect of a call
 * or a teammate can make it: each conversation would fail by itself, after its messages were sent.
 */
export async function refuseDoubledAttributes(context: LoadContext): Promise<void> {
  const own = await ownConversationAttributes(context);
  if (own.size === 0) return;
  const { custom } = (await send(context, listAttributes('conversation'))).value;
  const live = custom.filter(({ name, isArchived }) => !isArchived && own.has(name));
  for (const [name, attributes] of Map.groupBy(live, (one) => one.name)) {
    refuseDoubledAttribute(name, attributes, own.get(name));
  }
}

/** Attributes of conversations that were loaded: their ids by name. */
async function ownConversationAttributes({ pool, workspaceIdCode }: LoadContext): Promise<Map<string, string>> {
  const prefix = 'conversation_attribute:';
  const rows = await warehouse(pool)
    .selectFrom('load.identity')
    .select(['target_key', 'target_id'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('target_type', '=', 'attribute')
    .execute();
  const ofConversations = rows.filter((row) => row.target_key.startsWith(prefix));
  return new Map(ofConversations.map((row) => [row.target_key.slice(prefix.length), row.target_id]));
}
