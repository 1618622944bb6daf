import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { objects } from '../../load/object/objects.ts';
import { objectKinds, turns } from '../../load/phases.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { everyCall } from '../support/every-call.ts';

const textOf = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');

it('loads the phases that the reconciliation knows, in its order', () => {
  const known = textOf('staging-sql/migrations/000011_reconcile.phase.csv').trim().split('\n').slice(1);
  const loaded = turns().map(({ source }, i) => [source.name, i + 1, source.targetType, source.doneType].join(','));
  expect(loaded).toEqual(known);
});

it('takes every kind of object back by calls that are held against the description', () => {
  const registered = objectKinds.flatMap(({ undo }) =>
    Object.values(undo).flatMap((methods) => Object.values(methods)),
  );
  const described = (everyCall['undo.undoCall'] ?? []).map(({ operation }) => operation);
  expect(registered.length).toBeGreaterThan(10);
  expect(new Set(described), 'a call of each undo, in "undos" of tests/support/every-call.ts').toEqual(
    new Set(registered),
  );
});

/* SQL that leaves a kind out is valid, and what is left out is neither counted nor checked nor taken back. */
describe('SQL that tells kinds of object apart', () => {
  // Attributes are no objects with fields: they have statements of their own.
  const kinds = objects.filter(({ targetType, list }) => list !== undefined && targetType !== 'attribute');
  const types = kinds.map(({ targetType }) => targetType);

  it.each([
    ['load_backlog.sql', /\bselect p\..* where p\.phase = '(\w+)'$/gm, turns()],
    // One without a "change" would stay on the list for ever.
    [
      'changed_object.sql',
      /\bwhere c\.phase = '(\w+)' and h\.payload_hash is distinct/g,
      turns().filter(({ source }) => 'change' in source),
    ],
  ] as const)('staging-sql/reconcile/%s has a select for each phase that it is about', (file, select, about) => {
    const selected = [...textOf(join('staging-sql/reconcile', file)).matchAll(select)];
    expect(selected.map(([, phase]) => phase)).toEqual(about.map(({ source }) => source.name));
  });

  it.each([
    ['staging-sql/migrations/000004_reconcile.sql', 1],
    ['staging-sql/reconcile/list_check.sql', 3],
    ['staging-sql/reconcile/surplus_object.sql', 1],
    ['staging-sql/reconcile/written_field.sql', 1],
    ['staging-sql/reconcile/rollback_diff.sql', 1],
  ])('each list of kinds in %s names all', (file, expected) => {
    const lists = [...textOf(file).matchAll(/\bin \(('\w+'(?:, '\w+')*)\)/g)]
      .map(([, names = '']) => names.replaceAll("'", '').split(', '))
      .filter((names) => names.includes('tag') && names.includes('article'));
    expect(lists).toHaveLength(expected);
    for (const names of lists) expect(types.filter((type) => !names.includes(type))).toEqual([]);
  });

  it.each([
    [
      'surplus_object.sql',
      'name by its creation',
      (type: string) => `when '${type}' then jsonb_build_array\\([^\\n]*j\\.`,
    ],
    ['surplus_object.sql', 'name in its list', (type: string) => `when '${type}' then jsonb_build_array\\([^\\n]*o\\.`],
    ['rollback_diff.sql', 'path of its own', (type: string) => `when '${type}' then (w\\.created_path \\|\\| )?'/`],
  ])('staging-sql/reconcile/%s has for each kind a %s', (file, _what, pattern) => {
    const text = textOf(join('staging-sql/reconcile', file));
    expect(types.filter((type) => !new RegExp(pattern(type)).test(text))).toEqual([]);
  });
});
