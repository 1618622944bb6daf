import type pg from 'pg';
import { generatedModels } from '../../rehearsal/itop-simulator/generated-model.ts';

/** What raw holds of the objects' own attributes: copies of another object's name are the other object's. */
export async function stateOf(pool: pg.Pool): Promise<Map<string, string>> {
  const models = generatedModels();
  const { rows } = await pool.query<{ source_key: string; final_class: string; payload: Record<string, unknown> }>(
    'select source_key, final_class, payload from raw.latest_object',
  );
  return new Map(
    rows.map(({ source_key, final_class, payload }) => {
      const copies = models.get(final_class)?.externalFields ?? {};
      const own = Object.entries(payload).filter(
        ([code]) => !(code in copies) && !/(friendlyname|_finalclass_recall|obsolescence_\w+)$/.test(code),
      );
      return [`${source_key} ${final_class}`, JSON.stringify(own)];
    }),
  );
}
