import { expect, it } from 'vitest';
import { hasMarker } from '../../load/conversation/find-sent-conversation.ts';

it.each([
  ['<p>Help.</p><p>Imported from iTop R-1 (itopUserRequest1)</p>', 'itopUserRequest1', true],
  ['<p>Imported from iTop R-12 (itopUserRequest12)</p>', 'itopUserRequest1', false],
  ['<p>itopUserRequest1.</p>', 'itopUserRequest1', true],
  ['<p>see itop<b>UserRequest1</b></p>', 'itopUserRequest1', true],
  ['<p>prefix-itopUserRequest1</p>', 'itopUserRequest1', false],
  ['', 'itopUserRequest1', false],
])('the marker is a whole word of %j: %s %s', (html, marker, isThere) => {
  expect(hasMarker(html, marker)).toBe(isThere);
});
