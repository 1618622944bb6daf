import { expect, it } from 'vitest';
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
    'Switch "commentHtml" takes escape, render, not "rendered"',
  );
  expect(() => changeSwitches(switches, { limit: '5' })).toThrow('Switch "limit" takes a number');
  expect(switches).toEqual(switchesOf('captured'));
});
