import { lookAlikes } from '../platform/look-alikes.ts';

/**
 * How plain text is sent so that a reader sees it as it was written. Nothing says what Intercom does to `<` and `&` in openings,
 * contacts' replies and plain comments, so the canary tries it:
 * `as_is` where the text is shown as it was sent; `escaped` where it is read as HTML; `look_alike` where markup is taken out in
 * either form: brackets and ampersands are replaced by characters that look alike.
 */
export const plainForms = ['as_is', 'escaped', 'look_alike'] as const;
export type PlainForm = (typeof plainForms)[number];

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

export function inPlainForm(text: string, form: PlainForm): string {
  if (form === 'as_is') return text;
  const replacements = form === 'escaped' ? entities : lookAlikes;
  return text.replace(/[<>&]/g, (character) => replacements[character] ?? character);
}

/** What a reader sees of text that was sent in this form; look-alike characters stay. */
export function fromPlainForm(sent: string, form: PlainForm): string {
  if (form !== 'escaped') return sent;
  return sent.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Whether sending the text in this form shows other characters than it has. */
export function losesCharacters(text: string, form: PlainForm): boolean {
  return form === 'look_alike' && /[<>&]/.test(text);
}
