import type pg from 'pg';

/** Lands objects without the way through a topic: only what the transform reads counts here. */
export async function land(pool: pg.Pool, rootClass: string, finalClass: string, select: string): Promise<void> {
  await pool.query(
    `with given as (${select}), landed as (
       insert into raw.object (source_key, root_class, final_class, source_id, op, payload, payload_hash, observed_at, run_id, channel, broker,
         topic, partition_id, generation, offset_no)
       select $1 || '::' || id, $1, $2, id, 'upsert', payload, sha256(convert_to(payload::text, 'UTF8')), clock_timestamp(), 0, 'rest', 'bench', $1, 0, 0, id
       from given returning source_key, version_id, payload_hash
     ), changed as (
       insert into ops.changed_object (root_class, source_key) select $1, source_key from landed
     )
     insert into raw.head (source_key, root_class, final_class, version_id, payload_hash, op, seen_at, last_record_hash, last_version_id)
     select source_key, $1, $2, version_id, payload_hash, 'upsert', clock_timestamp(), payload_hash, version_id from landed
     on conflict (source_key) do update set version_id = excluded.version_id, payload_hash = excluded.payload_hash`,
    [rootClass, finalClass],
  );
}
