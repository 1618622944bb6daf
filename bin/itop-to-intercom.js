#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it and say what is wrong.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `itop-to-intercom needs Node 24; this is ${process.versions.node}. It brings its own: run it by "npm run cli -- ..." or "npx itop-to-intercom ...".`,
  );
  process.exit(2);
}
const { existsSync } = await import('node:fs');
const built = new URL('../dist/cli/main.js', import.meta.url);
await import(existsSync(built) ? built.href : new URL('../cli/main.ts', import.meta.url).href);
