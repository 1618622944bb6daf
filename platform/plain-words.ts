/** What the warehouse's names are called on a page. */
export type Words = Readonly<Record<string, string>>;

/** The words for a name; one without an entry is shown with its underscores as spaces. */
export const plainWords = (words: Words, name: string): string => words[name] ?? name.replaceAll('_', ' ');

/** Words at the beginning of a line: where a style sheet cannot make their first letter large. */
export const asLabel = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
