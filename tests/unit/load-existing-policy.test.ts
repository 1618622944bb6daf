import { describe, expect, it } from 'vitest';
import { planForExisting } from '../../load/desired-state/existing-policy.ts';

const wanted = {
  fields: { name: 'Ours', phone: '+33 1', note: null },
  customAttributes: { a: 'new', b: 'ours', c: null, d: 0, e: 5 },
};
const held = { fields: { name: 'Theirs', phone: '' }, customAttributes: { b: 'theirs', a: null, c: 'kept', e: '5' } };

describe('an object that was there before', () => {
  it('gets only its empty fields filled, and what they held is kept', () => {
    const plan = planForExisting('fill_empty', wanted, held);
    expect(plan.write).toEqual({ fields: { phone: '+33 1' }, customAttributes: { a: 'new', d: 0 } });
    expect(plan.beforeImage).toEqual({ phone: '', custom_attributes: { a: null, d: null } });
  });

  it('is overwritten where the source says something else, never by an empty value', () => {
    const plan = planForExisting('overwrite', wanted, held);
    expect(plan.write).toEqual({
      fields: { name: 'Ours', phone: '+33 1' },
      customAttributes: { a: 'new', b: 'ours', d: 0 },
    });
    expect(plan.beforeImage).toEqual({
      name: 'Theirs',
      phone: '',
      custom_attributes: { a: null, b: 'theirs', d: null },
    });
  });

  it('is left as it is', () => {
    expect(planForExisting('leave', wanted, held)).toEqual({ write: undefined, beforeImage: {} });
  });

  it('that lacks nothing is not written', () => {
    const full = { fields: { name: 'Theirs' }, customAttributes: { a: false } };
    expect(
      planForExisting('fill_empty', { fields: { name: 'Ours' }, customAttributes: { a: true } }, full).write,
    ).toBeUndefined();
    expect(planForExisting('overwrite', full, full).write).toBeUndefined();
  });
});
