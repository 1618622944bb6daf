import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { objectKinds, turns } from '../../load/phases.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { everyCall } from '../support/every-call.ts';

it('loads the phases that the reconciliation knows, in its order', () => {
  const file = readFileSync(join(projectRoot, 'staging-sql/migrations/000011_reconcile.phase.csv'), 'utf8');
  const known = file.trim().split('\n').slice(1);
  const loaded = turns().map(({ source }, i) => [source.name, i + 1, source.targetType, source.doneType].join(','));
  expect(loaded).toEqual(known);
});

it('takes every kind of object back by calls that are held against the description', () => {
  const registered = objectKinds.flatMap(({ undo }) =>
    Object.values(undo).flatMap((methods) => Object.values(methods)),
  );
  const described = (everyCall['undo.undoCall'] ?? []).map(({ operation }) => operation);
  expect(registered.length).toBeGreaterThan(10);
  expect(new Set(described)).toEqual(new Set(registered));
});
