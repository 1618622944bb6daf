import { describe, expect, test } from 'vitest';
import { idWindow } from '../../rehearsal/itop-simulator/oql-condition.ts';
import { MissingQueryArgument, UnsupportedOql } from '../../rehearsal/itop-simulator/oql-error.ts';
import { parseOql } from '../../rehearsal/itop-simulator/oql-parser.ts';
import { ALL_IDS } from '../../rehearsal/itop-simulator/overlay.ts';

function windowOf(oql: string) {
  return idWindow(parseOql(oql).condition, { attribute: 'ticket_id', idsPerOwner: 8 });
}

describe('parsing', () => {
  test('AND binds closer than OR, and parentheses closer than both', () => {
    expect(parseOql("SELECT UserRequest WHERE id = 1 OR id = 2 AND status = 'new'").condition).toMatchObject({
      type: 'or',
      right: { type: 'and' },
    });
    expect(parseOql("SELECT UserRequest WHERE (id = 1 OR id = 2) AND status = 'new'").condition).toMatchObject({
      type: 'and',
      left: { type: 'or' },
    });
  });

  test('an alias may stand before attributes, keywords may be in lower case', () => {
    const query = parseOql('select UserRequest as t where t.id >= 3 and isnull(t.close_date)');
    expect(query).toMatchObject({
      className: 'UserRequest',
      condition: { type: 'and', right: { type: 'isnull', code: 'close_date' } },
    });
  });

  test('strings may hold the other quote and an escaped one', () => {
    expect(parseOql(`SELECT Person WHERE name = "O'Brien"`).condition).toMatchObject({ value: "O'Brien" });
    expect(parseOql(`SELECT Person WHERE name = 'O\\'Brien'`).condition).toMatchObject({ value: "O'Brien" });
  });

  test('a misspelt SELECT is reported at the word after it, as iTop does', () => {
    expect(() => parseOql('SELEC UserRequest')).toThrow(
      "Unexpected token NAME - found 'UserRequest' at 6 in 'SELEC UserRequest'",
    );
  });

  test('ORDER BY is a syntax error: OQL knows none', () => {
    expect(() => parseOql('SELECT UserRequest ORDER BY id')).toThrow("found 'ORDER' at 19");
  });

  test('a parameter without value is refused', () => {
    expect(() => parseOql('SELECT UserRequest WHERE id = :x')).toThrow(MissingQueryArgument);
  });

  test.each([
    'SELECT A JOIN B ON A.b_id = B.id',
    'SELECT A UNION SELECT B',
    'SELECT A WHERE d > NOW()',
    'SELECT A WHERE id IN (SELECT B)',
  ])('what is not imitated is refused, never answered wrongly: %s', (oql) => {
    expect(() => parseOql(oql)).toThrow(UnsupportedOql);
  });
});

describe('the window of ids a query can touch', () => {
  test.each([
    ['SELECT UserRequest WHERE id >= 3000 AND id < 6000', { from: 3000, to: 6000 }],
    ['SELECT UserRequest WHERE id > 10 AND id <= 20 AND status = "new"', { from: 11, to: 21 }],
    ['SELECT UserRequest WHERE id IN (7, 3, 5)', { from: 3, to: 8 }],
    ['SELECT UserRequest WHERE id = 4 OR id = 9', ALL_IDS],
    ['SELECT UserRequest WHERE id NOT IN (7)', ALL_IDS],
    ['SELECT UserRequest', ALL_IDS],
  ])('%s', (oql, expected) => {
    expect(windowOf(oql)).toEqual(expected);
  });

  test('a window of owners is a window of their rows', () => {
    expect(windowOf('SELECT lnkContactToTicket WHERE ticket_id >= 10 AND ticket_id < 20')).toEqual({
      from: 80,
      to: 160,
    });
  });
});
