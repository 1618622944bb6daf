import { QueryRejected } from '../../../itop/errors.ts';
import { selectAll } from '../../../itop/oql.ts';
import type { Finding } from '../../../platform/findings.ts';
import type { DoneChunk } from '../../run/chunks.ts';
import type { ClassPass } from './class-pass.ts';
import { type ClassResult, countIn, readWindows } from './read-class.ts';
import { type IdRange, WindowPlan } from './window-plan.ts';

/** A window read a second time, and when: what raw holds of it and was not seen since then went meanwhile. */
export interface ReadAgain extends IdRange {
  readonly at: Date;
}

export interface Completeness {
  readonly findings: readonly Finding[];
  readonly readAgain: readonly ReadAgain[];
  /** iTop's count, by final class where one answer told it, where it agreed at once with what was read. */
  readonly agreed: number | ReadonlyMap<string, number> | undefined;
}

/**
 * Compares what was read of a class below `bound` with iTop's own count. Where they differ, the windows that differ
 * are searched with count probes and read again: objects that came or went meanwhile explain a difference, and what
 * is left after that is lost.
 *
 * Every answer already held as many objects as iTop said it found, so this catches what changed between two requests. A
 * class that came in one answer was counted by it.
 */
export async function checkCompleteness(
  pass: ClassPass,
  { bound, counted: ofOneAnswer }: Pick<ClassResult, 'bound' | 'counted'>,
): Promise<Completeness> {
  if (ofOneAnswer !== undefined) return { findings: [], readAgain: [], agreed: ofOneAnswer };
  const chunks = (await pass.chunks.listDone()).filter((chunk) => chunk.lowerId < bound);
  const findings: Finding[] = [];
  const readAgain: ReadAgain[] = [];
  for (const chunk of await differingChunks(pass, chunks)) {
    readAgain.push({ lowerId: chunk.lowerId, upperId: chunk.upperId, at: pass.reader.now() });
    await readWindows(pass, new WindowPlan([], pass.limits), [chunk], findings);
    const readNow = rowsIn(await pass.chunks.listDone(), chunk);
    const counted = await countIn(pass, chunk);
    findings.push(
      counted === readNow ? changedMeanwhile(pass, chunk, readNow) : lostObjects(pass, chunk, counted, readNow),
    );
  }
  const agreed = readAgain.length === 0 ? chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0) : undefined;
  return { findings, readAgain, agreed };
}

/** iTop's own count of each final class: what the whole pipeline is measured against. `agreed` is the count just asked. */
export async function countFinalClasses(
  pass: ClassPass,
  agreed: Completeness['agreed'],
): Promise<ReadonlyMap<string, number>> {
  const [only, ...others] = pass.readable.finalClasses;
  if (typeof agreed === 'object')
    return new Map([...pass.readable.finalClasses, ...agreed.keys()].map((name) => [name, agreed.get(name) ?? 0]));
  if (agreed === 0) return new Map(pass.readable.finalClasses.map((name) => [name, 0]));
  if (agreed !== undefined && only !== undefined && others.length === 0) return new Map([[only, agreed]]);
  const counts = new Map<string, number>();
  for (const finalClass of pass.readable.finalClasses) {
    try {
      counts.set(finalClass, await pass.reader.count(finalClass, selectAll(finalClass)));
    } catch (error) {
      // A class of the standard tree that this iTop's modules do not bring has no objects.
      if (!(error instanceof QueryRejected) || finalClass === pass.readable.name) throw error;
    }
  }
  return counts;
}

/** The chunks whose count is another one now, found by halving: a few probes where nothing changed. */
async function differingChunks(pass: ClassPass, chunks: readonly DoneChunk[]): Promise<DoneChunk[]> {
  const first = chunks[0];
  const last = chunks.at(-1);
  if (first === undefined || last === undefined) return [];
  const read = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  if ((await countIn(pass, { lowerId: first.lowerId, upperId: last.upperId })) === read) return [];
  if (chunks.length === 1) return [first];
  const middle = Math.floor(chunks.length / 2);
  return [
    ...(await differingChunks(pass, chunks.slice(0, middle))),
    ...(await differingChunks(pass, chunks.slice(middle))),
  ];
}

function rowsIn(chunks: readonly DoneChunk[], range: DoneChunk): number {
  const inside = chunks.filter((chunk) => chunk.lowerId >= range.lowerId && chunk.upperId <= range.upperId);
  return inside.reduce((sum, chunk) => sum + chunk.rowCount, 0);
}

function changedMeanwhile(pass: ClassPass, chunk: DoneChunk, readNow: number): Finding {
  const change = readNow - chunk.rowCount;
  return {
    code: 'changed_during_extraction',
    severity: 'note',
    subject: `${pass.readable.name} ${chunk.lowerId}..${chunk.upperId - 1}`,
    finding: `${Math.abs(change)} objects ${change > 0 ? 'came' : 'went'} while the class was read; the window was read again.`,
    nextStep: '',
  };
}

function lostObjects(pass: ClassPass, chunk: DoneChunk, counted: number, readNow: number): Finding {
  return {
    code: 'objects_lost',
    severity: 'blocker',
    subject: `${pass.readable.name} ${chunk.lowerId}..${chunk.upperId - 1}`,
    finding: `iTop counts ${counted} objects and gave ${readNow}.`,
    nextStep: 'Extract again at a quieter hour; if it stays, look at these ids in iTop.',
  };
}
