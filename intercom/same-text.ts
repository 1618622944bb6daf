/** Characters that typography puts in the place of those on a keyboard. */
const keyboardCharacters: Readonly<Record<string, string>> = {
  ...placesOf('‘’‚‛ʼ′', "'"),
  ...placesOf('“”„‟″«»', '"'),
  ...placesOf('‐‑‒–—―−', '-'),
  '…': '...',
};
const typographic = new RegExp(`[${Object.keys(keyboardCharacters).join('')}]`, 'g');

/** Zero-width characters, soft hyphens, marks of direction, variation selectors: nobody sees them, and servers put them in or take them out. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * A text in the form in which texts are compared: whatever a server may do to its characters without taking anything from it is undone.
 * Quotes, dashes and ellipses are those of a keyboard, letters composed, invisible characters gone, white space single. Words, digits,
 * brackets, order and case stay, and so do characters whose keyboard form says something else (`x²`, `½`, `--`).
 * `reconcile.text_form` says the same in SQL, in lower case.
 */
export function textForm(text: string): string {
  return text
    .replace(typographic, (character) => keyboardCharacters[character] ?? character)
    .replace(invisible, '')
    .replace(/\s+/g, ' ')
    .trim()
    .normalize('NFC');
}

/** Whether two texts differ by nothing but typography. Not for identifiers, which are compared to the letter. */
export function isSameText(one: string, other: string): boolean {
  return one === other || textForm(one) === textForm(other);
}

function placesOf(characters: string, plain: string): Record<string, string> {
  return Object.fromEntries([...characters].map((character) => [character, plain]));
}
