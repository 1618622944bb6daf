import { z } from 'zod';
import { createAttribute } from '../../intercom/attributes.ts';
import { updateConversation } from '../../intercom/conversations.ts';
import { createCustomObjectInstance } from '../../intercom/custom-objects.ts';
import type { Answer } from './answers.ts';
import { type CanaryContext, canaryToken, isWritten, write } from './canary-writes.ts';

/** Name of the relationship attribute that a canary makes and removes. */
const attributeName = 'itop_canary_objects';

const held = z.object({ instances: z.array(z.object({ id: z.coerce.string() })) });

/**
 * Points a relationship attribute of the thread to one instance and then to another, and records whether the first is still there.
 * Types are made by people only, so one that exists must be named; what the workspace refuses leaves the probe unanswered.
 */
export async function tryReferences(
  context: CanaryContext,
  conversationId: string,
  objectType: string,
  answer: Answer,
): Promise<void> {
  const instances: string[] = [];
  for (const place of ['first', 'second']) {
    const made = await write(context, {
      label: `${place} instance of ${objectType}`,
      targetType: 'custom_object_instance',
      call: createCustomObjectInstance(objectType, { external_id: `${canaryToken(context.canaryId)}-${place}` }),
      idOf: (instance) => `${objectType}/${instance.id}`,
      isTrial: true,
    });
    if (!isWritten(made)) return;
    instances.push(made.value.id);
  }
  const attribute = await write(context, {
    label: attributeName,
    targetType: 'conversation_attribute',
    call: createAttribute('conversation', {
      name: attributeName,
      dataType: 'relationship',
      description: 'Of a test',
      objectType,
    }),
    idOf: (one) => one.id,
    isTrial: true,
  });
  if (!isWritten(attribute)) return;
  let shown: readonly string[] = [];
  for (const id of instances) {
    const written = await write(context, {
      label: `reference to ${id}`,
      targetType: 'change',
      call: updateConversation(conversationId, { custom_attributes: { [attributeName]: [id] } }),
      idOf: () => null,
      isTrial: true,
    });
    if (!isWritten(written)) return;
    const parsed = held.safeParse(written.value.customAttributes[attributeName]);
    if (!parsed.success) return;
    shown = parsed.data.instances.map((instance) => instance.id);
  }
  const [first = '', second = ''] = instances;
  if (!shown.includes(second)) return;
  await answer(
    'reference_write',
    shown.includes(first) ? 'add' : 'replace',
    `after a write of ${second} to an attribute that held ${first}: ${shown.join(', ')}`,
  );
}
