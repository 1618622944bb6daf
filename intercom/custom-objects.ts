import { z } from 'zod';
import { type Call, path } from './call.ts';
import { anyNumber, anyText, customAttributes, id } from './fields.ts';

export interface InstanceFacts {
  readonly id: string;
  readonly externalId: string | null;
  readonly externalCreatedAt: number | null;
  readonly externalUpdatedAt: number | null;
  readonly customAttributes: Readonly<Record<string, unknown>>;
}

export interface InstanceRequest {
  readonly external_id: string;
  readonly external_created_at?: number;
  readonly external_updated_at?: number;
  readonly custom_attributes?: Readonly<Record<string, unknown>>;
}

export const instanceSchema = z
  .object({
    id,
    external_id: anyText,
    external_created_at: anyNumber,
    external_updated_at: anyNumber,
    custom_attributes: customAttributes,
  })
  .transform(
    (raw): InstanceFacts => ({
      id: raw.id,
      externalId: raw.external_id ?? null,
      externalCreatedAt: raw.external_created_at ?? null,
      externalUpdatedAt: raw.external_updated_at ?? null,
      customAttributes: raw.custom_attributes,
    }),
  );

/** `createCustomObjectInstances`: an upsert by external_id that changes only the fields named. 404 when the type is not set up. */
export function createCustomObjectInstance(type: string, request: InstanceRequest): Call<InstanceFacts> {
  return {
    operation: 'createCustomObjectInstances',
    method: 'POST',
    path: path`/custom_object_instances/${type}`,
    body: { ...request },
    effect: 'repeatable',
    read: (body) => instanceSchema.parse(body),
  };
}

/** `listCustomObjectInstances` with an external id: the one instance, by the words; a list of it, by the schema. 404 when there is none. */
export function findCustomObjectInstance(type: string, externalId: string): Call<InstanceFacts> {
  return {
    operation: 'listCustomObjectInstances',
    method: 'GET',
    path: path`/custom_object_instances/${type}?external_id=${externalId}`,
    effect: 'read',
    read(body) {
      const list = z.object({ data: z.array(instanceSchema) }).safeParse(body).data?.data;
      return list?.find((instance) => instance.externalId === externalId) ?? instanceSchema.parse(body);
    },
  };
}

/** `listCustomObjectInstances`: how many instances a type has; 404 when the type is not set up. */
export function countCustomObjectInstances(type: string): Call<number> {
  return {
    operation: 'listCustomObjectInstances',
    method: 'GET',
    path: path`/custom_object_instances/${type}?page=1&per_page=1`,
    effect: 'read',
    read: (body) => z.object({ total_count: z.number() }).parse(body).total_count,
  };
}
