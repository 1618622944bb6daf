import { describe, expect, it } from 'vitest';
import { localTimeOf } from '../../itop/local-time.ts';
import { selectIds, selectSince, selectWindow } from '../../itop/oql.ts';

describe('an OQL text', () => {
  it('reads a window of ids or a list of them', () => {
    expect(selectWindow('UserRequest', 1, 3_001)).toBe('SELECT UserRequest WHERE id >= 1 AND id < 3001');
    expect(selectWindow('UserRequest', 5)).toBe('SELECT UserRequest WHERE id >= 5');
    expect(selectIds('Person', [3, 7])).toBe('SELECT Person WHERE id IN (3,7)');
  });

  it('takes nothing but names, whole ids and local times', () => {
    expect(() => selectWindow('Person UNION SELECT User', 1)).toThrow('not the name');
    expect(() => selectWindow('Person', 1.5)).toThrow('not an iTop id');
    expect(() => selectIds('Person', [Number.NaN])).toThrow('not an iTop id');
    expect(() => selectSince('Ticket', 'last_update', "2024-01-01' OR 1=1 --")).toThrow('not a local time');
  });

  it("gives times on iTop's own clock", () => {
    expect(localTimeOf(new Date('2024-07-01T22:30:05Z'), 'Europe/Paris')).toBe('2024-07-02 00:30:05');
    expect(localTimeOf(new Date('2024-01-01T00:00:00Z'), 'UTC')).toBe('2024-01-01 00:00:00');
  });
});
