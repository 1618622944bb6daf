/** Characters that a reader takes for those of markup, and that no renderer takes for it. */
export const lookAlikes: Readonly<Record<string, string>> = { '<': '‹', '>': '›', '&': '＆' };
const originals: Readonly<Record<string, string>> = { '‹': '<', '›': '>', '＆': '&' };

/** Text with the look-alike characters as those that they stand for, so that texts of any form can be compared. */
export function withoutLookAlikes(text: string): string {
  return text.replace(/[‹›＆]/g, (character) => originals[character] ?? character);
}
