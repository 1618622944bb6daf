import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';

const probes: string[] = [];
afterAll(() => {
  for (const probe of probes) rmSync(probe, { recursive: true, force: true });
});

/** What the linter says of a file with one import, put into a folder of the project for a moment. */
function lint(folder: string, imported: string): string {
  const directory = join(projectRoot, folder, 'layering-probe');
  probes.push(directory);
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'probe.ts');
  writeFileSync(file, `import '${imported}';\n`);
  try {
    return execFileSync(process.execPath, [join(projectRoot, 'node_modules/@biomejs/biome/bin/biome'), 'lint', file], {
      cwd: projectRoot,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}

describe('import direction', () => {
  it.each([
    ['platform', '../../load/run-load.ts'],
    ['itop', '../../extract/envelope.ts'],
    ['intercom', '../../cli/main.ts'],
    ['extract', '../../load/run-load.ts'],
    ['transform', '../../extract/envelope.ts'],
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
