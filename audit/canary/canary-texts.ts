import { inPlainForm, type PlainForm } from '../../intercom/plain-form.ts';
import { isSameText } from '../../intercom/same-text.ts';
import { foldSpace, visibleText } from '../../platform/visible-text.ts';

/** What plain text of a helpdesk holds and a program may take for markup. */
export function markupText(label: string, token: string): string {
  return `${label} of the thread ${token}. Nobody needs to answer.\nWrite to <mail@x.example>; a < b & c, <b>bold</b>, &amp; as text.`;
}

/** The form in which a place shows such a text as it is: `shownAsIs` and `shownEscaped` are what became of the two that were sent. */
export function plainFormOf(text: string, shownAsIs: string, shownEscaped: string | undefined): PlainForm {
  const isShown = (html: string): boolean => isSameText(foldSpace(text), visibleText(html));
  if (isShown(shownAsIs)) return 'as_is';
  return shownEscaped !== undefined && isShown(shownEscaped) ? 'escaped' : 'look_alike';
}

export const escapedText = (text: string): string => inPlainForm(text, 'escaped');
