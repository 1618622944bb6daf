import { extname } from 'node:path';
import type pg from 'pg';
import { ItopError } from '../../../itop/errors.ts';
import type { BlobStore } from '../../../platform/blob-store.ts';
import { messageOf } from '../../../platform/errors.ts';
import type { Finding } from '../../../platform/findings.ts';
import { inParallel } from '../../../platform/in-parallel.ts';
import type { Progress } from '../../../platform/progress.ts';
import { warehouse } from '../../../platform/warehouse.ts';
import type { RestReader } from '../../reader/rest-reader.ts';
import { type FileOnDisk, readFileOnDisk } from './directory-of-files.ts';
import type { StatedSizes } from './stated-sizes.ts';
import { type BlobSource, writeBlobSource } from './write-blob-source.ts';

export interface FileRequest {
  readonly pool: pg.Pool;
  /** Not needed where all bytes come from a directory. */
  readonly reader?: RestReader;
  readonly store: BlobStore;
  readonly progress: Progress;
  readonly statedSizes: StatedSizes;
  /** Files of a directory instead of iTop's REST API; what it lacks is bytes missing. */
  readonly onDisk?: ReadonlyMap<string, FileOnDisk> | undefined;
  /** Endings of names, in lower case, of files that are kept but must not be sent. */
  readonly refusedTypes?: readonly string[];
  /** When the run began: files that may have changed since then are read again. */
  readonly startedAt: Date;
  /** The same moment on the clock by which objects are seen: iTop's. */
  readonly seenSince: Date;
  /** Files fetched at a time. */
  readonly inFlight: number;
  readonly signal?: AbortSignal | undefined;
}

interface HeldFile {
  readonly source_key: string;
  readonly final_class: string;
  readonly source_id: string;
  readonly attribute: string;
}

/** Rows taken from the cursor at a time. */
const rowsPerFetch = 500;

/**
 * Brings the bytes of every attachment, pasted picture, document and other file into the blob store, some at a time. What was fetched
 * before is not fetched again, unless it can have been replaced in iTop since.
 *
 * A file that cannot be had is a row with a finding (rule A3), never a reason to stop the others.
 */
export async function fetchFiles(request: FileRequest): Promise<Finding[]> {
  const step = request.progress.step('files', await countMissing(request));
  const findings: Finding[] = [];
  try {
    await inParallel(listMissing(request), request.inFlight, async (file) => {
      request.signal?.throwIfAborted();
      const finding = await fetchOne(request, file);
      if (finding !== undefined) findings.push(finding);
      step.advance(1, file.source_key);
    });
  } finally {
    step.done();
  }
  return findings;
}

async function fetchOne(request: FileRequest, file: HeldFile): Promise<Finding | undefined> {
  const { pool, store, statedSizes } = request;
  const key = { source_key: file.source_key, attribute: file.attribute };
  const stated = statedSizes.get(`${file.final_class}::${file.source_id}.${file.attribute}`);
  try {
    const fetched = await bytesOf(request, file);
    if (fetched === undefined) {
      await writeBlobSource(pool, missing(key, stated));
      return undefined;
    }
    const { hash, size, fileName, mediaType } = fetched;
    // Neither bytes nor a name: the object has no file.
    if (size === 0 && fileName === '' && stated === undefined) return await noteAbsent(pool, key);
    // A copy without bytes says nothing of iTop's file, unless its size is stated: it is as likely cut.
    const isUnproven = request.onDisk !== undefined && size === 0 && stated === undefined;
    const finding = isUnproven ? 'bytes missing' : findingOf(fetched, stated, request.refusedTypes ?? []);
    await writeBlobSource(pool, {
      ...key,
      blob_hash: finding === 'bytes missing' ? null : hash,
      byte_size: size,
      stated_size: stated ?? null,
      file_name: fileName,
      media_type: mediaType,
      finding,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof ItopError) || error.remedy === 'stop' || error.remedy === 'wait') throw error;
    await writeBlobSource(pool, missing(key, stated));
    return {
      code: error.code,
      severity: 'warning',
      subject: file.source_key,
      finding: `The bytes of ${file.attribute} could not be read: ${messageOf(error)}`,
      nextStep: error.nextStep,
    };
  }

  async function bytesOf({ reader, onDisk }: FileRequest, { final_class, source_id, attribute }: HeldFile) {
    if (onDisk !== undefined) {
      const found = onDisk.get(`${final_class}::${source_id}`) ?? onDisk.get(file.source_key);
      if (found === undefined) return undefined;
      return { ...(await store.put(readFileOnDisk(found))), fileName: found.name, mediaType: '' };
    }
    if (reader === undefined) return undefined;
    const { taken, file: named } = await reader.file(final_class, Number(source_id), attribute, (bytes) =>
      store.put(bytes),
    );
    return named === undefined ? undefined : { ...taken, ...named };
  }
}

/** There is no file: remembered, so that the next extraction does not ask again. */
async function noteAbsent(pool: pg.Pool, key: Pick<BlobSource, 'source_key' | 'attribute'>): Promise<undefined> {
  await warehouse(pool)
    .insertInto('raw.absent_file')
    .values({ source_key: key.source_key, attribute: key.attribute })
    .onConflict((conflict) =>
      conflict
        .columns(['source_key', 'attribute'])
        .doUpdateSet((excluded) => ({ asked_at: excluded.ref('excluded.asked_at') })),
    )
    .execute();
}

/** What is wrong with a file that was read (rule A3): what is not whole is named so, whatever its type. */
function findingOf(
  { size, fileName }: { readonly size: number; readonly fileName: string },
  stated: number | undefined,
  refusedTypes: readonly string[],
): BlobSource['finding'] {
  if (size === 0) return stated === undefined || stated === 0 ? 'empty file' : 'bytes missing';
  if (refusedTypes.includes(extname(fileName).slice(1).toLowerCase())) return 'refused by type';
  return stated !== undefined && stated !== size ? 'bytes differ' : null;
}

function missing(key: Pick<BlobSource, 'source_key' | 'attribute'>, stated: number | undefined): BlobSource {
  return {
    ...key,
    blob_hash: null,
    byte_size: null,
    stated_size: stated ?? null,
    file_name: '',
    media_type: '',
    finding: 'bytes missing',
  };
}

/**
 * Attributes that hold files, as the catalog has them; those of attachments, pasted pictures and documents are known without.
 * A file of another object can be replaced, or come where there was none: it is asked for again with its object, a ticket's when
 * the ticket changed.
 */
const held = `select o.source_key, o.final_class, o.source_id, f.attribute
  from raw.head h
  join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
  join (
    values ('Attachment', 'contents'), ('InlineImage', 'contents'), ('DocumentFile', 'file')
    union
    select class, attribute from ops.itop_attribute where kind = 'blob'
  ) as f (class, attribute) on f.class = o.final_class
  left join raw.blob_source b on b.source_key = o.source_key and b.attribute = f.attribute
  left join raw.absent_file a on a.source_key = o.source_key and a.attribute = f.attribute and b.source_key is null
  where h.op = 'upsert' and (b.source_key is null and a.source_key is null or b.finding = 'bytes missing' and b.fetched_at < $1::timestamptz
     or (o.root_class not in ('Attachment', 'InlineImage') or a.source_key is not null)
       and coalesce(b.fetched_at, a.asked_at) < $1::timestamptz and h.seen_at >= $2::timestamptz
       and (o.root_class <> 'Ticket' or o.landed_at > coalesce(b.fetched_at, a.asked_at)))`;

async function countMissing({ pool, startedAt, seenSince }: FileRequest): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(`select count(*) from (${held}) as f`, [startedAt, seenSince]);
  return Number(rows[0]?.count ?? 0);
}

/**
 * The query looks into all of raw, so it runs once. Its cursor outlives the transaction: one that stays open for hours keeps
 * Postgres from removing what landing replaces.
 */
async function* listMissing({ pool, startedAt, seenSince }: FileRequest): AsyncGenerator<HeldFile> {
  const client = await pool.connect();
  let lost: Error | undefined;
  // A server that goes away tells an idle connection by this event, which without a listener would end the process.
  const lose = (error: Error): void => {
    lost = error;
  };
  client.on('error', lose);
  try {
    await client.query('begin');
    await client.query(`declare missing_file no scroll cursor with hold for ${held} order by 1, 4`, [
      startedAt,
      seenSince,
    ]);
    await client.query('commit');
    for (;;) {
      const { rows } = await client.query<HeldFile>(`fetch ${rowsPerFetch} from missing_file`);
      if (rows.length === 0) break;
      yield* rows;
    }
    await client.query('close missing_file');
  } catch (error) {
    lost = error as Error;
    throw error;
  } finally {
    client.removeListener('error', lose);
    client.release(lost);
  }
}
