import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { probes } from '../../intercom/probes.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { changeSwitches, SWITCHES, switchesOf, WORKSPACE_NAMES } from '../../rehearsal/intercom-simulator/switches.ts';

it('every named workspace has a value that each switch takes', () => {
  for (const workspace of WORKSPACE_NAMES) {
    const switches = switchesOf(workspace);
    expect(() => changeSwitches(switches, { ...switches })).not.toThrow();
    expect(Object.keys(switches)).toEqual(Object.keys(SWITCHES));
  }
});

it('refuses what is no switch, and a value that it does not take', () => {
  const switches = switchesOf('captured');
  expect(() => changeSwitches(switches, { commentHTML: 'render' })).toThrow('No switch "commentHTML"');
  expect(() => changeSwitches(switches, { commentHtml: 'rendered' })).toThrow(
    'Switch "commentHtml" takes escape, render, strip, not "rendered"',
  );
  expect(() => changeSwitches(switches, { limit: '5' })).toThrow('Switch "limit" takes a number');
  expect(switches).toEqual(switchesOf('captured'));
});

/** Values that no rehearsal meets, with the test that does: under most of them a load must be refused, or is right only in part. */
const elsewhere: Readonly<Record<string, string>> = {
  'plainMarkup strip': 'tests/unit/audit-canary.test.ts',
  'attributeNames documented': 'tests/unit/audit-canary.test.ts',
  'companyIdReuse refuse': 'tests/e2e/load-unknowns.test.ts',
  'skippedNotifications stamped': 'tests/e2e/load-unknowns.test.ts',
  'skippedNotifications sent': 'tests/e2e/load-operator.test.ts',
  'helpCenter none': 'tests/unit/audit-intercom.test.ts',
  'helpCenter public': 'tests/unit/audit-intercom.test.ts',
  'typography changed': 'tests/e2e/load-workspace-behaviour.test.ts',
  'workflow answers': 'tests/unit/audit-canary.test.ts',
};

it('each value of each switch is met by a named workspace, or by a test of its own', () => {
  const values = Object.entries(SWITCHES).flatMap(([name, one]) => {
    const { values: taken = [], in: by }: { values?: readonly unknown[]; in: object } = one;
    return taken.map((value) => ({ name, value, isRehearsed: Object.values(by).includes(value) }));
  });
  const rest = values.filter((one) => !one.isRehearsed).map(({ name, value }) => `${name} ${value}`);
  expect(rest.filter((one) => !(one in elsewhere))).toEqual([]);
  for (const one of rest) {
    const [name = '', value = ''] = one.split(' ');
    const text = readFileSync(join(projectRoot, elsewhere[one] ?? ''), 'utf8');
    expect([text.includes(name), text.includes(`'${value}'`)], `${one} in ${elsewhere[one]}`).toEqual([true, true]);
  }
  console.info(
    `${values.length} values of ${Object.keys(SWITCHES).length} switches, ${values.length - rest.length} rehearsed`,
  );
});

it('each answer of the canary is read by something that a load does', () => {
  const readers = ['load', 'intercom'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(projectRoot, folder, file), 'utf8')),
  );
  // Once more than the list of questions has it.
  const unread = probes.filter(({ name }) => readers.join('').split(`'${name}'`).length < 3);
  expect(unread).toEqual([]);
});
