import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';

// A project of the same folders and rules, for other tests read the real folders meanwhile.
const project = mkdtempSync(join(tmpdir(), 'layering-'));
copyFileSync(join(projectRoot, 'biome.json'), join(project, 'biome.json'));
copyFileSync(join(projectRoot, '.gitignore'), join(project, '.gitignore'));
afterAll(() => rmSync(project, { recursive: true }));

/** What the linter says of a file with one import that stands in a folder of the project. */
function lint(folder: string, imported: string): string {
  const file = join(project, folder, 'room', 'probe.ts');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `import '${imported}';\n`);
  const biome = join(projectRoot, 'node_modules/@biomejs/biome/bin/biome');
  const { stdout, stderr } = spawnSync(process.execPath, [biome, 'lint', file], { cwd: project, encoding: 'utf8' });
  expect(stdout + stderr).toContain('Checked 1 file');
  return stdout + stderr;
}

describe('import direction', () => {
  it.each([
    ['platform', '../../load/run-load.ts'],
    ['itop', '../../extract/topics/envelope.ts'],
    ['intercom', '../../cli/main.ts'],
    ['extract', '../../load/run-load.ts'],
    ['transform', '../../extract/topics/envelope.ts'],
    ['load', '../../reconcile/run-reconcile.ts'],
    ['load', '../../workflow/pipeline.ts'],
    ['load/engine', '../../object/company.ts'],
    ['load/engine', '../../../extract/envelope.ts'],
    ['load/object', '../../conversation/thread.ts'],
    ['workflow', '../../cli/main.ts'],
    ['console', '../../workflow/pipeline.ts'],
    ['reconcile', '../../transform/run-transform.ts'],
    ['audit', '../../load/run-load.ts'],
    ['rehearsal', '../../platform/database.ts'],
  ])('refuses an import from %s to %s', (folder, imported) => {
    expect(lint(folder, imported)).toContain('noRestrictedImports');
  });

  it('allows a stage to import the ground', () => {
    expect(lint('load', '../../platform/database.ts')).not.toContain('noRestrictedImports');
  });
});

/** The rooms (folders below a stage's own) that a room imports from, types included. */
function importedRooms(stages: readonly string[]): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  const isRoom = (folder: string): boolean =>
    folder.includes('/') && stages.some((one) => folder.startsWith(`${one}/`));
  for (const stage of stages) {
    for (const name of readdirSync(join(projectRoot, stage), { recursive: true, encoding: 'utf8' })) {
      const room = dirname(join(stage, name));
      if (!name.endsWith('.ts') || !isRoom(room)) continue;
      const text = readFileSync(join(projectRoot, stage, name), 'utf8');
      const found = imports.get(room) ?? new Set();
      imports.set(room, found);
      for (const [, path = ''] of text.matchAll(/\bfrom '(\.[^']*)'/g)) {
        const other = dirname(normalize(join(room, path)));
        if (other !== room && isRoom(other)) found.add(other);
      }
    }
  }
  return imports;
}

it('no room needs another in a circle', () => {
  const imports = importedRooms(['audit', 'console', 'extract', 'load', 'reconcile', 'transform', 'workflow']);
  expect(imports.size).toBeGreaterThan(20);
  const reachable = (from: string, seen = new Set<string>()): Set<string> => {
    for (const room of imports.get(from) ?? []) {
      if (seen.has(room)) continue;
      seen.add(room);
      reachable(room, seen);
    }
    return seen;
  };
  expect([...imports.keys()].filter((room) => reachable(room).has(room))).toEqual([]);
});

/** A circle of files that import each other, types included; undefined where there is none. */
function circleOfFiles(folders: readonly string[]): readonly string[] | undefined {
  const imports = new Map<string, string[]>();
  for (const folder of folders) {
    for (const name of readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })) {
      const file = join(folder, name);
      if (!name.endsWith('.ts')) continue;
      const text = readFileSync(join(projectRoot, file), 'utf8');
      const paths = [...text.matchAll(/\bfrom '(\.[^']*)'/g)].map(([, path = '']) =>
        normalize(join(dirname(file), path)),
      );
      imports.set(file, paths);
    }
  }
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (file: string): readonly string[] | undefined => {
    if (done.has(file)) return undefined;
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    way.push(file);
    for (const other of imports.get(file) ?? []) {
      const circle = visit(other);
      if (circle !== undefined) return circle;
    }
    way.pop();
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

it('no file needs another in a circle, not even for a type', () => {
  const program = [
    'audit',
    'cli',
    'console',
    'extract',
    'intercom',
    'itop',
    'load',
    'platform',
    'reconcile',
    'rehearsal',
    'transform',
    'workflow',
  ];
  expect(circleOfFiles(program)).toBeUndefined();
});
