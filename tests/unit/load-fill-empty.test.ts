import { expect, it } from 'vitest';
import { planFill } from '../../load/fill-empty.ts';

it('only empty fields of an existing object are filled, and what they held is kept', () => {
  const plan = planFill(
    { fields: { name: 'Ours', phone: '+33 1', note: null }, customAttributes: { a: 'new', b: 'ours', c: null, d: 0 } },
    { fields: { name: 'Theirs', phone: '' }, customAttributes: { b: 'theirs', a: null } },
  );
  expect(plan.write).toEqual({ fields: { phone: '+33 1' }, customAttributes: { a: 'new', d: 0 } });
  expect(plan.beforeImage).toEqual({ phone: '', custom_attributes: { a: null, d: null } });
});

it('an object that lacks nothing is not written', () => {
  const held = { fields: { name: 'Theirs' }, customAttributes: { a: false } };
  expect(planFill({ fields: { name: 'Ours' }, customAttributes: { a: true } }, held).write).toBeUndefined();
});
