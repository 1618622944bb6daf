import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../platform/project-root.ts';
import { definitionNameOf, materialisedRelations } from './materialised/materialised-relations.ts';

/** Schemas of views in the order of the way of the data; each is a folder of `staging-sql/`. */
export const layers = ['staging', 'intermediate', 'intercom', 'reconcile', 'handoff'] as const;

/** One view or function: file name = object name, folder = schema. */
export interface ViewFile {
  /** `schema.name`. */
  readonly name: string;
  readonly sql: string;
  /** Names of the view files it reads, and of relations that are not view files. */
  readonly reads: ReadonlySet<string>;
}

/** Reads the view files of all layers, each after those it reads. Throws on a circle. */
export async function readViewFiles(directory = join(projectRoot, 'staging-sql')): Promise<ViewFile[]> {
  const files: ViewFile[] = [];
  for (const layer of layers) {
    const names = await readdir(join(directory, layer)).catch(() => []);
    for (const file of names.filter((name) => name.endsWith('.sql')).sort()) {
      const name = `${layer}.${file.slice(0, -4)}`;
      const sql = await readFile(join(directory, layer, file), 'utf8');
      files.push({ name, sql, reads: readsOf(sql, name) });
    }
  }
  return inDependencyOrder(files);
}

/** Names of everything a view reads, directly or through other views. */
export function closureOf(name: string, files: readonly ViewFile[]): Set<string> {
  const byName = new Map(files.map((file) => [file.name, file]));
  const found = new Set<string>();
  const visit = (current: string): void => {
    if (found.has(current)) return;
    found.add(current);
    for (const read of byName.get(current)?.reads ?? []) {
      visit(read);
      const definition = definitionOf(read);
      if (definition !== undefined) visit(definition);
    }
  };
  visit(name);
  return found;
}

/** SHA-256 (hex) over the named files' names and texts. */
export function hashOf(files: readonly ViewFile[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) hash.update(`${file.name}\0${file.sql}\0`);
  return hash.digest('hex');
}

function readsOf(sql: string, own: string): Set<string> {
  const body = sql.replace(/^\s*--.*$/gm, '').replace(/^comment on [\s\S]*?';\s*$/gm, '');
  const found = body.matchAll(/\b(raw|staging|intermediate|intercom|load|reconcile|handoff|ops)\.([a-z_0-9]+)/g);
  return new Set([...found].map((match) => match[0]).filter((name) => name !== own));
}

function inDependencyOrder(files: readonly ViewFile[]): ViewFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const state = new Map<string, 'open' | 'done'>();
  const ordered: ViewFile[] = [];
  const visit = (file: ViewFile): void => {
    if (state.get(file.name) === 'done') return;
    if (state.get(file.name) === 'open') throw new Error(`The views read each other in a circle at ${file.name}.`);
    state.set(file.name, 'open');
    for (const read of file.reads) {
      const other = byName.get(definitionOf(read) ?? read);
      if (other !== undefined) visit(other);
    }
    state.set(file.name, 'done');
    ordered.push(file);
  };
  for (const file of files) visit(file);
  return ordered;
}

/** A materialised relation `x` is filled from the view `x_definition`: reading the table means the definition comes first. */
function definitionOf(relation: string): string | undefined {
  const materialised = materialisedRelations.find((m) => m.relation === relation);
  return materialised && definitionNameOf(materialised);
}
