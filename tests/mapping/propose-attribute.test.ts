import { expect, it } from 'vitest';
import type { AttributeProfile, ClassProfile } from '../../transform/mapping/class-profile.ts';
import { proposeAttribute } from '../../transform/mapping/propose-attribute.ts';

const levels: AttributeProfile = {
  attribute: 'impact',
  filled: 10,
  distinct: 2,
  longest: 1,
  kind: 'integer',
  isHtml: false,
  examples: ['9'],
  values: { 1: 7, 3: 3 },
};
const problem: ClassProfile = {
  class: 'Problem',
  rootClass: 'Ticket',
  ancestors: [],
  isStandard: true,
  objects: 10,
  attributes: [levels],
};

it('gives an object text where levels that iTop counts become words, and numbers where they stay numbers', () => {
  expect(proposeAttribute(levels, problem, 'custom_object', 0)).toMatchObject({
    type: 'string',
    values: { 1: { to: 'a department' }, 3: { to: 'a person' } },
  });
  expect(proposeAttribute({ ...levels, attribute: 'severity' }, problem, 'custom_object', 0)).toMatchObject({
    type: 'integer',
    values: { 1: { to: '1' }, 3: { to: '3' } },
  });
});
