import { describe, expect, it } from 'vitest';
import { heldWithin, holdObjects, mostHeld, withFieldsOf } from '../../extract/catalog/held-objects.ts';
import type { RestReader } from '../../extract/reader/rest-reader.ts';
import type { ItopObject } from '../../itop/answer-reader.ts';

const person = (id: number, fields: ItopObject['fields'] = { name: `P${id}` }): ItopObject => ({
  finalClass: 'Person',
  id,
  fields,
  byteLength: 100,
});

/** An iTop whose class has these objects. */
function readerOf(objects: readonly ItopObject[]): RestReader {
  const attempt: RestReader['attempt'] = async (_query, take) => {
    for (const object of objects) await take(object);
  };
  return { attempt, now: () => new Date(0) } as unknown as RestReader;
}

const hold = (objects: readonly ItopObject[]) => holdObjects(readerOf(objects), 'Person');

describe('objects that are held', () => {
  it('are all of a class, up to a number and a size, and none with a file', async () => {
    const most = Array.from({ length: mostHeld }, (_, place) => person(place + 1));
    expect((await hold(most))?.objects).toEqual(most);
    expect(await hold([...most, person(mostHeld + 1)])).toBeUndefined();
    expect(await hold([{ ...person(1), byteLength: 250_001 }])).toBeUndefined();
    const picture = (data: string) => ({ data, mimetype: 'image/png', filename: 'me.png' });
    expect(await hold([person(1), person(2, { picture: picture('aGVsbG8=') })])).toBeUndefined();
    expect((await hold([person(1, { picture: picture('') })]))?.objects).toHaveLength(1);
  });

  it('are those of a narrowed window, where their class alone tells which', async () => {
    const held = await hold([person(1), { ...person(2), finalClass: 'Team' }]);
    expect(heldWithin(held, undefined)).toBe(held);
    expect(heldWithin(held, { attribute: 'finalclass', values: ['Team'] })?.objects.map(({ id }) => id)).toEqual([2]);
    expect(heldWithin(held, { attribute: 'org_id', values: ['1'] })).toBeUndefined();
  });

  it('have the fields that are asked for and no others; none are given where one lacks a field', async () => {
    const objects = [person(1, { name: 'One', secret: 's1' }), person(2, { name: 'Two', secret: 's2', phone: '1' })];
    const held = { objects, observedAt: new Date(0) };
    expect(withFieldsOf(held, ['name'])?.objects.map(({ fields }) => fields)).toEqual([
      { name: 'One' },
      { name: 'Two' },
    ]);
    expect(withFieldsOf(held, ['name', 'phone'])).toBeUndefined();
  });
});
