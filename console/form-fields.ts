import { RefusedError } from '../platform/errors.ts';

/** Characters of a name at most: it stands in every row that its person signs. */
const longestName = 200;

/** The name that a form states, trimmed. Throws RefusedError where none was given, or one that cannot be recorded. */
export function nameOf(value: unknown): string {
  const name = String(value ?? '').trim();
  if (name === '')
    throw new RefusedError('A signature needs a name.', { stage: 'console', nextStep: 'Give your name.' });
  if (name.length > longestName || /\p{Cc}/u.test(name))
    throw new RefusedError(`A name has ${longestName} characters at most, on one line.`, {
      stage: 'console',
      nextStep: 'Give your name.',
    });
  return name;
}
