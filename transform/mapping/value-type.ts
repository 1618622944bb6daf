import type { DataType } from './mapping-schema.ts';

/** Pattern of the values of a type, for Postgres and for here alike; none where every text fits. */
export const typePatterns: Readonly<Partial<Record<DataType, string>>> = {
  integer: '^-?[0-9]{1,15}$',
  float: '^-?[0-9]{1,15}([.][0-9]+)?$',
  boolean: '^(true|false|yes|no|0|1)$',
  datetime: '^[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?$',
};

/** Whether a value is of a type. */
export function fitsType(value: string, type: DataType): boolean {
  const pattern = typePatterns[type];
  return pattern === undefined || new RegExp(pattern).test(value);
}
