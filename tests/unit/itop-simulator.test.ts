import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TimeZone } from '../../rehearsal/itop-simulator/time-zone.ts';
import { get, startTestItop, type TestItop } from '../support/itop-simulator.ts';

let itop: TestItop;
beforeEach(async () => {
  itop = await startTestItop({ generator: { tickets: 120 } });
});
afterEach(() => itop.close());

async function idsOf(oql: string): Promise<readonly number[]> {
  const { objects } = await itop.call(get(oql, 'id'));
  return Object.values(objects ?? {}).map((object) => Number(object.key));
}

async function fieldsOf(className: string, id: number, codes: string): Promise<Record<string, unknown>> {
  const { objects } = await itop.call({ operation: 'core/get', class: className, key: id, output_fields: codes });
  const [object] = Object.values(objects ?? {});
  if (object === undefined) throw new Error(`${className}::${id} was not found`);
  return object.fields;
}

describe('reading', () => {
  test('windows of ids give every ticket once', async () => {
    const windows = await Promise.all(
      [0, 50, 100].map((from) => idsOf(`SELECT UserRequest WHERE id >= ${from} AND id < ${from + 50}`)),
    );
    const all = await idsOf('SELECT UserRequest');
    expect(windows.flat().sort()).toEqual([...all].sort());
    expect(new Set(all).size).toBe(120);
  });

  test('rows never come in the order of their ids', async () => {
    const persons = await idsOf('SELECT Person');
    expect(persons).not.toEqual([...persons].sort((a, b) => a - b));
    expect((await idsOf('SELECT UserRequest WHERE id < 5'))[0]).toBe(4);
  });

  test('limit 1 is a count probe: the total in the message, one row at most', async () => {
    const answer = await itop.call(get('SELECT UserRequest', 'id', { limit: 1 }));
    expect(answer.message).toBe('Found: 120');
    expect(Object.keys(answer.objects ?? {})).toHaveLength(1);
  });

  test('paging is refused with words', async () => {
    expect(await itop.call(get('SELECT UserRequest', 'id', { limit: 100 }))).toMatchObject({
      code: 100,
      message: expect.stringContaining('limit 100'),
    });
    expect(await itop.call(get('SELECT UserRequest', 'id', { limit: 1, page: 2 }))).toMatchObject({
      code: 100,
      message: expect.stringContaining('page'),
    });
  });

  test('nothing found is objects null, not an empty object', async () => {
    expect(await itop.call(get('SELECT UserRequest WHERE id = 999999', 'id'))).toEqual({
      code: 0,
      message: 'Found: 0',
      objects: null,
    });
  });

  test('a class of iTop without objects is empty, a class iTop does not have is an error', async () => {
    expect(await itop.call(get('SELECT Rack WHERE id >= 1', 'id,name'))).toMatchObject({
      code: 0,
      message: 'Found: 0',
    });
    expect(await itop.call(get('SELECT Nope', 'id'))).toMatchObject({
      code: 100,
      message: "Error: class: 'Nope' is not a valid class'",
    });
  });

  test('a key may be a number, a numeric string, criteria or OQL', async () => {
    const keys = [3, '3', { ref: 'R-000010' }, "SELECT UserRequest WHERE ref = 'R-000010'"];
    for (const key of keys) {
      const { objects } = await itop.call({
        operation: 'core/get',
        class: 'UserRequest',
        key,
        output_fields: 'id,ref',
      });
      expect(objects).toEqual({
        'UserRequest::3': {
          code: 0,
          message: '',
          class: 'UserRequest',
          key: '3',
          fields: { id: '3', ref: 'R-000010' },
        },
      });
    }
  });

  test('conditions compare as the database does', async () => {
    const all = await idsOf('SELECT UserRequest');
    const closed = await idsOf("SELECT UserRequest WHERE status = 'CLOSED'");
    const others = await idsOf("SELECT UserRequest WHERE status NOT IN ('closed')");
    expect(closed.length).toBeGreaterThan(0);
    expect(closed.length + others.length).toBe(all.length);
    const [early, late] = [
      await idsOf("SELECT UserRequest WHERE start_date < '2024-01-01'"),
      await idsOf("SELECT UserRequest WHERE start_date >= '2024-01-01'"),
    ];
    expect(early.length + late.length).toBe(all.length);
    expect((await idsOf('SELECT UserRequest WHERE ISNULL(close_date)')).length).toBe(others.length);
    expect(await idsOf("SELECT Person WHERE name LIKE 'fab%'")).not.toEqual([]);
  });

  test('text is ASCII with escapes, slashes too', async () => {
    const json = JSON.stringify(get('SELECT Person', 'friendlyname,email'));
    const text = await (
      await itop.post({ version: '1.4', auth_user: 'admin', auth_pwd: itop.password, json_data: json })
    ).text();
    expect(text).toMatch(/^[\x20-\x7e]*$/);
    expect(text).toContain('<b>Bold<\\/b>');
  });

  test('a local time in the spring gap is moved on, a log entry’s is not touched', async () => {
    const zone = new TimeZone('Europe/Paris');
    expect(zone.normalise('2024-03-31 02:28:00')).toBe('2024-03-31 03:28:00');
    expect(zone.normalise('2024-03-31 03:28:00')).toBe('2024-03-31 03:28:00');
    expect(zone.normalise('2023-10-29 02:30:00')).toBe('2023-10-29 02:30:00');
    expect(await idsOf("SELECT UserRequest WHERE start_date = '2024-03-31 02:28:00'")).not.toEqual([]);
  });

  test('the credentials are not read from a JSON body or the query string', async () => {
    const response = await fetch(
      `${itop.url}/webservices/rest.php?auth_user=admin&auth_pwd=${itop.password}&version=1.4`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      },
    );
    expect(await response.json()).toEqual({ code: 1, message: 'Error: Invalid login' });
  });

  test('multipart fields are read like form fields', async () => {
    const form = new FormData();
    const fields = {
      version: '1.4',
      auth_user: 'admin',
      auth_pwd: itop.password,
      json_data: '{"operation":"list_operations"}',
    };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const response = await fetch(`${itop.url}/webservices/rest.php`, { method: 'POST', body: form });
    expect(await response.json()).toMatchObject({ code: 0, message: 'Operations: 7' });
  });
});

describe('rights', () => {
  test('an agent reads tickets but no accounts', async () => {
    expect(await itop.call(get('SELECT UserRequest WHERE id = 1', 'id'), 'agent.rest')).toMatchObject({ code: 0 });
    expect(await itop.call(get('SELECT URP_UserProfile', 'id'), 'agent.rest')).toMatchObject({
      code: 1,
      objects: null,
    });
  });

  test('an account restricted to organizations gets fewer rows and no error', async () => {
    const all = await itop.call(get('SELECT Person', 'id,org_id'));
    const some = await itop.call(get('SELECT Person', 'id,org_id'), 'restricted.rest');
    expect(some.code).toBe(0);
    const [allCount, someCount] = [all, some].map((answer) => Object.keys(answer.objects ?? {}).length);
    expect(someCount).toBeGreaterThan(0);
    expect(someCount).toBeLessThan(allCount ?? 0);
  });

  test.each(['norest', 'portal.rest', 'power.rest', 'disabled.rest', 'nobody'])(
    '%s is refused with code 1 and HTTP 200',
    async (login) => {
      expect(await itop.call(get('SELECT UserRequest', 'id'), login)).toMatchObject({ code: 1 });
    },
  );
});

describe('the source is read only', () => {
  test.each(['core/create', 'core/update', 'core/apply_stimulus', 'core/delete'])(
    '%s is refused and counted',
    async (operation) => {
      const before = await itop.control('/counts');
      const answer = await itop.call({ operation, class: 'UserRequest', key: 1, comment: 'x', fields: {} });
      expect(answer).toMatchObject({ code: 100, message: expect.stringContaining('read only') });
      expect(await itop.control('/stats')).toMatchObject({ writesAttempted: 1 });
      expect(await itop.control('/counts')).toEqual(before);
    },
  );
});

describe('the control channel', () => {
  test('the dump holds every object that is counted, with the values REST shows', async () => {
    const text = await (await fetch(`${itop.controlUrl}/dump`)).text();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { class: string; id: number; fields: Record<string, unknown> });
    const counts: Record<string, number> = {};
    for (const line of lines) counts[line.class] = (counts[line.class] ?? 0) + 1;
    expect(counts).toEqual(await itop.control('/counts'));
    const ticket = lines.find((line) => line.class === 'UserRequest' && line.id === 1);
    expect(ticket?.fields).toEqual(await fieldsOf('UserRequest', 1, Object.keys(ticket?.fields ?? {}).join(',')));
  });

  test('an edited person changes what tickets show of him, not their last_update', async () => {
    const before = await fieldsOf('UserRequest', 1, 'caller_id,last_update');
    await itop.control('/objects', {
      action: 'patch',
      class: 'Person',
      id: Number(before.caller_id),
      fields: { name: 'Renamed' },
    });
    expect(await fieldsOf('UserRequest', 1, 'caller_name,last_update')).toEqual({
      caller_name: 'Renamed',
      last_update: before.last_update,
    });
  });

  test('a log entry goes to the end and moves last_update; an edit that changes nothing does not', async () => {
    const before = await fieldsOf('UserRequest', 2, 'public_log,title,last_update');
    await itop.control('/objects', { action: 'patch', class: 'UserRequest', id: 2, fields: { title: before.title } });
    expect(await fieldsOf('UserRequest', 2, 'last_update')).toEqual({ last_update: before.last_update });
    const entry = { user_login: 'Ada Berger', user_id: '20', message: 'later' };
    await itop.control('/objects', {
      action: 'append-log',
      class: 'UserRequest',
      id: 2,
      log: 'public_log',
      entry,
      at: '2026-01-02 03:04:05',
    });
    const after = await fieldsOf('UserRequest', 2, 'public_log,last_update');
    expect(after.last_update).toBe('2026-01-02 03:04:05');
    const logged = { ...entry, date: '2026-01-02 03:04:05', message_html: '<p>later</p>' };
    expect(after.public_log).toEqual({ entries: [...(before.public_log as { entries: unknown[] }).entries, logged] });
  });

  test('an inserted object appears and a deleted one is gone', async () => {
    const inserted = (await itop.control('/objects', {
      action: 'insert',
      class: 'Person',
      fields: { name: 'New', first_name: 'Nils', org_id: '2' },
    })) as { ids: number[] };
    const [id = 0] = inserted.ids;
    expect(await fieldsOf('Person', id, 'friendlyname,email,org_name')).toEqual({
      friendlyname: 'Nils New',
      email: '',
      org_name: 'Helvetia Instruments',
    });
    await itop.control('/objects', { action: 'delete', class: 'Person', id });
    expect(await idsOf(`SELECT Person WHERE id = ${id}`)).toEqual([]);
    expect(await itop.control('/objects', { action: 'delete', class: 'Person', id })).toMatchObject({
      error: expect.stringContaining('does not exist'),
    });
  });

  test('a misspelt attribute is refused', async () => {
    const answer = await itop.control('/objects', { action: 'patch', class: 'Person', id: 10, fields: { nmae: 'x' } });
    expect(answer).toMatchObject({ error: 'Person.nmae is not an attribute that can be set' });
  });

  test('the third fitting call fails, once', async () => {
    await itop.control('/faults', { match: { class: 'UserRequest', nth: 3 }, kind: 'http500-html' });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call++) {
      await itop.call(get('SELECT Person WHERE id = 10', 'id'));
      const json = JSON.stringify(get('SELECT UserRequest WHERE id = 1', 'id'));
      const response = await itop.post({
        version: '1.4',
        auth_user: 'admin',
        auth_pwd: itop.password,
        json_data: json,
      });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([200, 200, 500, 200]);
  });

  test.each([
    ['truncate', 'application/json', /^\{"code":0,.*[^}]$/],
    ['login-page', 'text/html; charset=UTF-8', /^<!DOCTYPE html>/],
    ['wrong-json', 'application/json', /^\{"status":"ok"/],
    ['error-code', 'application/json', /^\{"code":100/],
  ])('the fault %s answers HTTP 200', async (kind, type, body) => {
    await itop.control('/faults', { kind });
    const json = JSON.stringify(get('SELECT UserRequest WHERE id < 9', 'id,ref'));
    const response = await itop.post({ version: '1.4', auth_user: 'admin', auth_pwd: itop.password, json_data: json });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(await response.text()).toMatch(body);
  });

  test('a reset breaks the answer off', async () => {
    await itop.control('/faults', { kind: 'reset' });
    await expect(itop.call(get('SELECT UserRequest', 'id,ref'))).rejects.toThrow();
  });

  test('a held call waits until it is released, others pass', async () => {
    const { id } = (await itop.control('/hold', { match: { class: 'Person' } })) as { id: number };
    let isAnswered = false;
    const held = itop.call(get('SELECT Person WHERE id = 10', 'id')).then((answer) => {
      isAnswered = true;
      return answer;
    });
    await itop.call(get('SELECT UserRequest WHERE id = 1', 'id'));
    for (let waiting: unknown[] = []; waiting.length === 0; ) waiting = (await itop.control('/held')) as unknown[];
    expect(isAnswered).toBe(false);
    expect(await itop.control('/release', { id })).toEqual({ released: 1 });
    expect(await held).toMatchObject({ code: 0, message: 'Found: 1' });
  });
});
