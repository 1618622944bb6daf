/**
 * A text for a terminal: characters that would move the cursor, colour, hide or reorder what follows are shown as `\u{1b}`. Names and
 * messages in iTop were written by anybody. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(
    /(?!\n|\t)[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** A value as JSON for a program or a terminal: the same characters stand escaped in its strings. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
