import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';

it.each(['docs/architecture.md', 'CONTRIBUTING.md'])('every path that %s names is there', (page) => {
  const text = readFileSync(join(projectRoot, page), 'utf8');
  const named = [...text.matchAll(/`([a-z-]+\/[\w./-]*)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
});

it('a file that the picture of the way of a log entry names is in one of the rooms', () => {
  const text = readFileSync(join(projectRoot, 'docs/architecture.md'), 'utf8');
  const named = [...text.matchAll(/[\w-]+\/[\w/-]+\.(?:ts|sql)/g)].map(([path]) => path);
  expect(named.length).toBeGreaterThan(15);
  const rooms = ['', 'extract', 'staging-sql'];
  const isThere = (path: string): boolean => rooms.some((room) => existsSync(join(projectRoot, room, path)));
  expect(named.filter((path) => !isThere(path))).toEqual([]);
});

it('every file and every case that the rules name is there', () => {
  const text = readFileSync(join(projectRoot, 'docs/rules.md'), 'utf8');
  const files = [...text.matchAll(/`([a-z-]+\/[\w./-]*\.(?:ts|sql))`/g)].map(([, path = '']) => path);
  expect(files.length).toBeGreaterThan(30);
  const isThere = (path: string): boolean =>
    ['', 'staging-sql'].some((folder) => existsSync(join(projectRoot, folder, path)));
  expect(files.filter((path) => !isThere(path))).toEqual([]);

  const shownBy = [...text.matchAll(/`((?:[a-z]\d+[a-z]?|bad-input)-[a-z0-9-]*)\*?`/g)].map(([, name = '']) => name);
  expect(shownBy.length).toBeGreaterThan(30);
  const cases = readdirSync(join(projectRoot, 'tests/cases'));
  expect(shownBy.filter((name) => !cases.some((one) => one.startsWith(name)))).toEqual([]);
});
