import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';
import { runInTerminal } from '../support/terminal.ts';

const cache = mkdtempSync(join(tmpdir(), 'terminal-'));
// Root's Postgres runs as another account, which must reach its files.
chmodSync(cache, 0o755);
afterAll(() => rm(cache, { recursive: true, force: true }));

it('a rehearsal in a terminal of 80 x 24 shows a result that fits, below everything that stood before', {
  timeout: 300_000,
}, async () => {
  const { lines, exitCode } = await runInTerminal(
    `echo 'the prompt'; '${process.execPath}' cli/main.ts rehearse --tickets 5`,
    { columns: 80, rows: 24 },
    { cwd: projectRoot, env: { ...process.env, XDG_CACHE_HOME: cache } },
  );
  const text = lines.join('\n');
  expect(exitCode, text).toBe(0);
  expect(lines[0]).toBe('the prompt');
  for (const stage of ['audit', 'extract', 'transform', 'load', 'reconcile'])
    expect(
      lines.filter((line) => line === stage),
      text,
    ).toHaveLength(1);
  expect(
    lines.filter((line) => line.startsWith('  UserRequest: 5 of 5, done in ')),
    text,
  ).toHaveLength(1);
  // The whole run: a line for each class that holds something, not one for each time a number moved.
  expect(lines.length).toBeLessThan(130);
  const result = lines.slice(lines.indexOf('What became of everything in iTop:'));
  expect(result.join('\n')).toContain('Green: everything is accounted for.');
  const rows = result.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 80)), 0);
  expect(rows, result.join('\n')).toBeLessThan(24);
});
