import type pg from 'pg';
import { RefusedError } from '../platform/errors.ts';
import { type Finding, replaceFindings } from '../platform/findings.ts';
import type { Progress, ProgressStep } from '../platform/progress.ts';
import type { Run } from '../platform/run-record.ts';
import { givenRows, warehouse } from '../platform/warehouse.ts';
import { inWorkList } from '../platform/work-list-titles.ts';
import { type ClassKnowledge, readClassKnowledge } from './catalog/class-knowledge.ts';
import { replacingCounts } from './catalog/source-counts.ts';
import { filesWithoutBytes, missingReferences } from './missing-references.ts';
import { type Chunk, chunksOf } from './run/chunks.ts';
import { interrupted } from './run/interrupted.ts';
import { classByName, ownClassesFirst, takeClass } from './sources/exports/class-channel.ts';
import { CrossCheck, type CrossCheckSummary } from './sources/exports/cross-check.ts';
import type { ExportFile } from './sources/exports/describe.ts';
import { findingsOfClass, findingsOfFile } from './sources/exports/file-findings.ts';
import { type FileObject, type OpenedExport, openExport } from './sources/exports/file-objects.ts';
import { type Rejected, rejectRecords } from './sources/exports/rejected-records.ts';
import { storeReviews } from './sources/exports/store-reviews.ts';
import { type FileRequest, fetchFiles } from './sources/files/fetch-files.ts';
import { storePictures } from './sources/files/pictures-in-text.ts';
import { BatchPublisher } from './topics/batch-publisher.ts';
import type { Broker } from './topics/broker.ts';
import type { Envelope } from './topics/envelope.ts';

export interface ExportsRequest {
  readonly pool: pg.Pool;
  readonly broker: Broker;
  readonly run: Pick<Run, 'runId'>;
  readonly progress: Progress;
  readonly exports: readonly ExportFile[];
  /** Zone of iTop's dates, where it is configured. */
  readonly timezone?: string | undefined;
  /** Only compare with what is in raw, whatever channel wrote it. */
  readonly isCheckOnly?: boolean;
  /** Where pictures inside texts go, and the files of a directory, where one is named. */
  readonly files?: Pick<FileRequest, 'store' | 'statedSizes' | 'onDisk' | 'refusedTypes'>;
  readonly signal?: AbortSignal | undefined;
}

export interface ExportsOutcome {
  readonly files: readonly FileOutcome[];
  readonly crossChecks: readonly CrossCheckSummary[];
  readonly findings: readonly Finding[];
  /** False when a file or a record of one could not be read. */
  readonly isComplete: boolean;
}

export interface FileOutcome {
  readonly file: string;
  readonly format: 'csv' | 'xml';
  readonly classes: readonly string[];
  /** Objects sent on, or compared. */
  readonly objects: number;
  readonly rejected: number;
  readonly bytes: number;
}

/** Records of a file in one chunk. */
const recordsPerChunk = 5_000;

/** Files of the directory hashed and copied at a time. */
const filesAtATime = 2;

/**
 * Reads files that iTop exported (CSV, XML) and publishes their objects, as the REST extraction does. A run that was
 * interrupted goes on with the chunks that were not acknowledged.
 *
 * One channel writes a class: the first one that brings it. Objects of a class that another channel writes are
 * compared with raw instead (`ops.cross_check`, `ops.channel_difference`).
 *
 * A file that cannot be used is a finding, a record that cannot be read a row of `raw.dead_letter`; the others go on.
 */
export async function runExports(request: ExportsRequest): Promise<ExportsOutcome> {
  const startedAt = new Date();
  const pass = new ExportsPass(request);
  try {
    const files: FileOutcome[] = [];
    // A file that was read and written first is what a second one of the class is held against.
    for (const file of await ownClassesFirst(request.pool, request.exports)) {
      const outcome = await pass.readFile(file);
      if (outcome !== undefined) files.push(outcome);
    }
    await request.broker.landed();
    const crossChecks = await pass.finishChecks();
    await pass.storeCounts();
    // Without a directory the bytes are iTop's to give, by `extract` over REST.
    if (request.files?.onDisk !== undefined) {
      const { pool, progress, signal } = request;
      pass.findings.push(
        ...(await fetchFiles({
          pool,
          progress,
          startedAt,
          seenSince: startedAt,
          inFlight: filesAtATime,
          signal,
          ...request.files,
        })),
      );
    } else pass.findings.push(...(await filesWithoutBytes(request.pool)));
    pass.findings.push(...(await missingReferences(request.pool)));
    const { findings } = pass;
    await replaceFindings(request.pool, 'exports', findings, request.run.runId);
    return { files, crossChecks, findings, isComplete: findings.every((finding) => finding.severity !== 'blocker') };
  } catch (error) {
    if (request.signal?.aborted !== true) throw error;
    throw interrupted(error);
  } finally {
    await pass.close();
  }
}

interface Reading {
  readonly file: ExportFile;
  readonly opened: OpenedExport;
  /** Class of the file, by its description or name; undefined where neither tells. */
  readonly className: string | undefined;
}

interface Part {
  readonly rootClass: string;
  readonly role: 'write' | 'check';
}

class ExportsPass {
  readonly findings: Finding[] = [];
  private readonly request: ExportsRequest;
  private readonly knowledge = new Map<string, Promise<ClassKnowledge>>();
  private readonly rejectedByClass = new Map<string, number>();
  private readonly checked = new Map<string, string>();
  /** The file of a parent class by the class that a file of its own brought: compared with that, not written. */
  private readonly narrower = new Map<string, string>();
  /** The first file of each class that is written, and its columns. */
  private readonly written = new Map<string, { readonly file: string; readonly held: string }>();
  private crossCheck: CrossCheck | undefined;

  constructor(request: ExportsRequest) {
    this.request = request;
  }

  async readFile(file: ExportFile): Promise<FileOutcome | undefined> {
    const { pool, progress } = this.request;
    const step = progress.step(file.name, 0);
    try {
      const className = file.description.class ?? (await classByName(pool, file.name));
      const opened = await openExport({
        file,
        className,
        timezone: this.request.timezone,
        knowledgeOf: (name) => this.knowledgeOf(name),
      });
      return await this.readRecords({ file, opened, className }, step);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.findings.push({
        code: 'file_refused',
        severity: 'blocker',
        subject: file.name,
        finding: error.message,
        nextStep: error.nextStep,
      });
      return undefined;
    } finally {
      step.done();
    }
  }

  /** What the second channels said otherwise. */
  async finishChecks(): Promise<CrossCheckSummary[]> {
    const summaries: CrossCheckSummary[] = [];
    for (const [className, channel] of [...this.checked].sort()) {
      const summary = await this.crossCheck?.finish(this.request.run.runId, className, channel);
      if (summary === undefined) continue;
      summaries.push(summary);
      const narrower = this.narrower.get(className);
      if (narrower !== undefined && summary.onlyInFile > 0) {
        this.findings.push({
          code: 'objects_only_in_parent_file',
          severity: 'blocker',
          subject: `${narrower} ${className}`,
          finding: `${summary.onlyInFile} objects stand in ${narrower} only, which lacks fields of ${className}: they were not stored.`,
          nextStep: `Export the whole class ${className} again. Which they are: ${inWorkList('exports')}`,
        });
      }
      const differing = summary.onlyInFile + summary.onlyInRaw + summary.differingObjects;
      this.findings.push({
        code: 'cross_check',
        severity: differing === 0 ? 'note' : 'warning',
        subject: className,
        finding: `${summary.inFile} objects of the files were compared with ${summary.inRaw} in raw: ${summary.onlyInFile} only in the files, ${summary.onlyInRaw} only in raw, ${summary.differingObjects} with other values.`,
        nextStep: differing === 0 ? '' : `Look at them: ${inWorkList('exports')}`,
      });
    }
    return summaries;
  }

  /** The objects of a class that the files hold, those that could not be read too, are what the pipeline is measured against. */
  async storeCounts(): Promise<void> {
    const { pool, run } = this.request;
    const written = [...this.written.keys()].map((name) => ({
      class: name,
      rejected: this.rejectedByClass.get(name) ?? 0,
    }));
    const db = warehouse(pool);
    const counts = db
      .selectFrom(givenRows('written', { class: 'text', rejected: 'integer' }, written))
      .select((row) => {
        const held = row
          .selectFrom('raw.latest_object as o')
          .select(row.fn.countAll<number>().as('count'))
          .whereRef('o.final_class', '=', 'written.class');
        return [
          row.val(run.runId).as('run_id'),
          'written.class',
          row('written.rejected', '+', held).as('object_count'),
        ];
      });
    await db
      .insertInto('ops.source_count')
      .columns(['run_id', 'class', 'object_count'])
      .expression(counts)
      .$call(replacingCounts)
      .execute();
  }

  async close(): Promise<void> {
    await this.crossCheck?.close();
  }

  private async readRecords(reading: Reading, step: ProgressStep): Promise<FileOutcome> {
    const { file, opened } = reading;
    const { pool, broker, run, signal } = this.request;
    const observedAt = observationOf(file);
    const chunks = chunksOf(pool, run.runId, `file ${file.name}`, () => observedAt);
    const finished = new Set((await chunks.listDone()).map((chunk) => chunk.lowerId));
    const opens = new Map((await chunks.listOpen()).map((chunk) => [chunk.lowerId, chunk]));
    const publisher = new BatchPublisher(broker);
    let current: { readonly chunk: Chunk; rows: number; bytes: number } | undefined;
    let objects = 0;
    let rejected = 0;
    let doubtful = 0;
    let reviews: (readonly [string, FileObject])[] = [];

    const endChunk = async (): Promise<void> => {
      await publisher.flush();
      await storeReviews(pool, run.runId, file.name, reviews);
      reviews = [];
      if (current !== undefined) await chunks.done(current.chunk, current.rows, current.bytes);
      current = undefined;
    };
    const chunkOf = async (record: number) => {
      const lowerId = record - ((record - 1) % recordsPerChunk);
      if (current?.chunk.lowerId === lowerId) return current;
      await endChunk();
      const chunk = opens.get(lowerId) ?? (await chunks.open(lowerId, lowerId + recordsPerChunk));
      current = { chunk, rows: 0, bytes: 0 };
      return current;
    };

    const parts = new Map<string, Part>();
    for await (const batch of opened.batches) {
      signal?.throwIfAborted();
      for (const object of batch.objects) {
        objects++;
        let part = parts.get(object.className);
        if (part === undefined) {
          part = await this.partOf(reading, object.className);
          parts.set(object.className, part);
        }
        const { rootClass } = part;
        if (part.role === 'check') {
          await this.check(rootClass, object, opened.format);
          continue;
        }
        if (finished.has(object.record - ((object.record - 1) % recordsPerChunk))) continue;
        const open =
          current?.chunk.upperId !== undefined && object.record < current.chunk.upperId
            ? current
            : await chunkOf(object.record);
        const envelope: Envelope = {
          schemaVersion: 1,
          rootClass,
          finalClass: object.className,
          id: object.id,
          op: 'upsert',
          channel: opened.format,
          runId: run.runId,
          chunkId: open.chunk.chunkId,
          observedAt,
          // The fields are sorted already: this is the canonical form.
          payload: Buffer.from(JSON.stringify(object.fields), 'utf8'),
        };
        open.rows++;
        open.bytes += envelope.payload.length;
        if (object.reviews.length > 0) {
          doubtful += object.reviews.length;
          reviews.push([rootClass, object]);
        }
        const full = publisher.add(envelope);
        if (full !== undefined) await full;
        if (this.request.files !== undefined)
          await storePictures(pool, this.request.files.store, envelope, object.fields);
      }
      if (batch.broken.length > 0) {
        rejected += batch.broken.length;
        await this.reject(file, batch.broken);
      }
      step.advance(batch.objects.length, `${objects} objects`);
    }
    await endChunk();
    const read = { name: file.name, opened, rejected, doubtful };
    this.findings.push(...findingsOfFile(read));
    for (const name of opened.attributes.keys()) {
      this.findings.push(...findingsOfClass(read, name, await this.knowledgeOf(name)));
    }
    return {
      file: file.name,
      format: opened.format,
      classes: [...parts.keys()].sort(),
      objects,
      rejected,
      bytes: file.size,
    };
  }

  private async check(rootClass: string, object: FileObject, channel: string): Promise<void> {
    this.crossCheck ??= await CrossCheck.open(this.request.pool);
    this.checked.set(object.className, channel);
    await this.crossCheck.add(rootClass, object);
  }

  private async reject(file: ExportFile, broken: readonly Omit<Rejected, 'rootClass'>[]): Promise<void> {
    const records: Rejected[] = [];
    for (const record of broken) {
      this.rejectedByClass.set(record.className, (this.rejectedByClass.get(record.className) ?? 0) + 1);
      const known = await this.knowledgeOf(record.className).catch(() => undefined);
      records.push({ ...record, rootClass: known?.readable.rootClass });
    }
    await rejectRecords(this.request.pool, file.name, this.request.run.runId, records);
  }

  private knowledgeOf(className: string): Promise<ClassKnowledge> {
    const known = this.knowledge.get(className) ?? readClassKnowledge(this.request.pool, className);
    this.knowledge.set(className, known);
    return known;
  }

  /** What becomes of the objects of a class in a file. */
  private async partOf({ file, opened, className: fileClass }: Reading, className: string): Promise<Part> {
    const { pool, run, broker, isCheckOnly } = this.request;
    const { rootClass } = (await this.knowledgeOf(className)).readable;
    const role = isCheckOnly === true ? 'check' : await takeClass(pool, run.runId, className, opened.format);
    if (role === 'check') return { rootClass, role };
    const held = [...(opened.attributes.get(className) ?? [...opened.attributes.values()][0] ?? [])].sort().join(' ');
    const first = this.written.get(className);
    if (first !== undefined && first.held !== held && fileClass !== className) {
      // A file of a parent class, which has the fields of the parent: it can tell what is missing, not what to write.
      this.narrower.set(className, file.name);
      return { rootClass, role: 'check' };
    }
    if (first !== undefined && first.held !== held) {
      throw new RefusedError(
        `${file.name} has other columns of ${className} than ${first.file}: one would overwrite the other.`,
        {
          stage: 'extract',
          nextStep: `Export all files of a class with the same fields, or leave one out in exports.yaml: file: ${file.name}, skip: true`,
        },
      );
    }
    if (first === undefined) this.written.set(className, { file: file.name, held });
    await broker.ensureTopics([rootClass]);
    return { rootClass, role };
  }
}

/** When the objects were seen: when the file was exported, and never later than now. */
function observationOf(file: ExportFile): Date {
  const said = file.description.exported_at;
  const at = said === undefined ? file.modifiedAt : new Date(said);
  return at.getTime() > Date.now() ? new Date() : at;
}
