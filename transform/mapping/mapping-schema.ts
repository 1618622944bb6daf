import { z } from 'zod';

/** Where the objects of a class go. */
export const destinations = [
  'conversation',
  'contact',
  'company',
  'custom_object',
  'article',
  'collection',
  'tag',
  'attachment',
  'reference',
  'handoff',
  'excluded',
] as const;
export type Destination = (typeof destinations)[number];

/** Where the value of an attribute goes (rule K1). `field` is one of the target's own fields, `attribute` a custom attribute. */
export const homes = ['part', 'field', 'attribute', 'record_note', 'handoff', 'dropped'] as const;
export type Home = (typeof homes)[number];

const confidences = ['certain', 'likely', 'guess'] as const;
export type Confidence = (typeof confidences)[number];

export const dataTypes = ['string', 'integer', 'float', 'boolean', 'datetime'] as const;
export type DataType = (typeof dataTypes)[number];

const rule = z.string().regex(/^[A-Z]\d{1,2}$/, 'is not the number of a rule; example: K1');
const name = z.string().min(1);

const valueSchema = z.strictObject({
  to: z.string().min(1),
  state: z.enum(['open', 'closed', 'snoozed']).optional(),
  rule: rule.optional(),
  confidence: z.enum(confidences),
  reason: z.string().optional(),
});

const attributeSchema = z.strictObject({
  home: z.enum(homes),
  to: name.optional(),
  type: z.enum(dataTypes).optional(),
  label: name.optional(),
  position: z.int().min(0).optional(),
  shared: z.boolean().optional(),
  only_when: z.array(name).min(1).optional(),
  rule,
  confidence: z.enum(confidences),
  reason: z.string().min(1, 'is empty: say why'),
  values: z.record(z.string(), valueSchema).optional(),
});

const classSchema = z.strictObject({
  to: z.enum(destinations),
  type: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'is not the identifier of a custom object type; example: Server')
    .optional(),
  rule,
  confidence: z.enum(confidences),
  reason: z.string().min(1, 'is empty: say why'),
  attributes: z.record(z.string(), attributeSchema).optional(),
});

const onExisting = z.enum(['leave', 'fill_empty', 'overwrite']);
const day = z.iso.date({ error: 'is not a day; example: 2024-01-31' });

export const mappingSchema = z.strictObject({
  version: z.literal(1),
  scope: z.strictObject({
    since: day.nullable(),
    until: day.nullable(),
    classes: z.array(name).nullable(),
    organizations: z
      .array(z.string().regex(/^Organization::\d+$/, 'is not a source key; example: Organization::3'))
      .nullable(),
    statuses: z.array(name).nullable(),
  }),
  residency: z.enum(['us', 'eu', 'au']),
  on_existing: z.strictObject({ contact: onExisting, company: onExisting, article: onExisting }),
  snooze: z.strictObject({
    until: z.iso
      .datetime({ offset: true, error: 'is not a time with its zone; example: 2027-01-04T08:00:00Z' })
      .nullable(),
    spread_days: z.int().min(0).max(90),
  }),
  survivors: z.record(z.string(), z.string().regex(/^Contact::\d+$/, 'is not a source key; example: Contact::83')),
  classes: z.record(z.string(), classSchema),
});

/** A mapping as mapping.yaml holds it. */
export type Mapping = z.infer<typeof mappingSchema>;
export type ClassEntry = Mapping['classes'][string];
export type AttributeEntry = NonNullable<ClassEntry['attributes']>[string];
export type ValueEntry = NonNullable<AttributeEntry['values']>[string];

/** Classes of these destinations have a decision for each attribute; the objects of others go or stay as a whole. */
export const detailedDestinations: readonly Destination[] = [
  'conversation',
  'contact',
  'company',
  'custom_object',
  'article',
  'collection',
];

export const isDetailed = (entry: Pick<ClassEntry, 'to'>): boolean => detailedDestinations.includes(entry.to);

/** The mapping without the attributes of classes that go, or stay, as a whole: they decide nothing there. */
export function withoutIdleAttributes(mapping: Mapping): Mapping {
  const classes = Object.entries(mapping.classes).map(([name, entry]): [string, ClassEntry] => {
    const { attributes: _attributes, ...head } = entry;
    return [name, isDetailed(entry) ? entry : head];
  });
  return { ...mapping, classes: Object.fromEntries(classes) };
}
