import { z } from 'zod';
import { described, webAddress } from './setting.ts';

/* What moves, and what becomes of it. */

export const mappingSection = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .default('mapping.yaml')
      .meta(described('File of the decisions that `map propose` writes and a person changes and confirms.')),
    model: z
      .strictObject({
        url: webAddress.meta(described('Address of the endpoint.', { example: 'https://models.example/v1' })),
        name: z
          .string()
          .min(1)
          .meta(described('Name of the model.', { example: 'small-model' })),
        key: z
          .string()
          .min(1)
          .optional()
          .meta(described('API key of the endpoint.', { example: '(an API key)', isSecret: true })),
        timeout_ms: z.int().min(100).default(60_000).meta(described('How long an answer of the model may take.')),
      })
      .optional()
      .meta(
        described(
          "A language model behind an OpenAI-compatible endpoint, to improve proposals for the site's own classes and attributes. Off when absent.",
        ),
      ),
  })
  .prefault({})
  .meta(described('What becomes of classes, attributes and values.'));

export const handoffSection = z
  .strictObject({
    data_model: z
      .string()
      .min(1)
      .optional()
      .meta(
        described("Copy of iTop's `data/datamodel-production.xml`: types, labels and lifecycles are read from it.", {
          example: 'datamodel-production.xml',
        }),
      ),
  })
  .prefault({})
  .meta(described('What people rebuild in Intercom by hand.'));

export const markerSection = z
  .strictObject({
    wording: z
      .string()
      .includes('{token}')
      .default('Imported from iTop {ref} ({token})')
      .meta(
        described(
          'Line in the opening of a conversation by which it is found again. `{token}` is required; `{ref}` is the ticket number.',
        ),
      ),
  })
  .prefault({})
  .meta(described('How loaded conversations are recognised.'));

export const snoozeSection = z
  .strictObject({
    until: z.iso
      .datetime({ offset: true })
      .optional()
      .meta(described('Until when conversations of pending tickets are snoozed.', { example: '2027-01-04T08:00:00Z' })),
    spread_days: z
      .int()
      .min(0)
      .max(90)
      .default(0)
      .meta(described('Days after `until` over which they are spread, so that not all wake up on one morning.')),
  })
  .prefault({})
  .meta(described('Pending tickets.'));

export const attachmentsSection = z
  .strictObject({
    own_part: z
      .enum(['note', 'comment'])
      .default('note')
      .meta(
        described(
          'What a file that belongs to no message becomes: a note, or a comment that the customer sees (rule A1).',
        ),
      ),
  })
  .prefault({})
  .meta(described('Files of tickets.'));

export const scopeSection = z
  .strictObject({
    since: z.iso
      .date()
      .optional()
      .meta(described('Tickets opened before this day stay behind.', { example: '2022-01-01' })),
    until: z.iso
      .date()
      .optional()
      .meta(described('Tickets opened on or after this day stay behind.', { example: '2027-01-01' })),
    classes: z
      .array(z.string().regex(/^\w+$/, 'is not the name of a class'))
      .optional()
      .meta(
        described('Classes of tickets that move, with those that a site made below them; all when absent.', {
          example: ['UserRequest', 'Incident'],
        }),
      ),
    organizations: z
      .array(z.string().regex(/^Organization::\d+$/, 'is not a key like Organization::3'))
      .optional()
      .meta(described('Customers whose tickets move; all when absent.', { example: ['Organization::3'] })),
    statuses: z
      .array(z.string().min(1))
      .optional()
      .meta(
        described('Statuses of iTop whose tickets move; all when absent.', { example: ['new', 'assigned', 'closed'] }),
      ),
  })
  .prefault({})
  .meta(described('Which tickets move (rule K10). Wins over the scope of the mapping.'));
