import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../platform/project-root.ts';

/**
 * The longer crash sweep, `npm run sweep -- --seeds 20`: every crash test of extraction, landing, loading, deltas and
 * rollback; extraction, landing and two loader processes under as many series of random kills, loaders that are stopped and woken, calls that take effect late. CI runs the same tests with one series. Ends with the tests' own exit code.
 */
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '20' }, first: { type: 'string', default: '1' } },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => Number(values.first) + index);
if (seeds.length === 0 || seeds.some((seed) => !Number.isInteger(seed))) {
  process.stderr.write('--seeds and --first are whole numbers, --seeds at least 1.\n');
  process.exit(2);
}
// All of the folder: a crash test that a list forgot would never be swept.
const files = globSync('tests/crash/*.test.ts', { cwd: projectRoot }).sort();
const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...files], {
  stdio: 'inherit',
  env: { ...process.env, SWEEP_SEEDS: seeds.join(',') },
});
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
