import { escapeUTF8 } from 'entities';
import { linesOfHtml } from '../../../platform/visible-text.ts';
import type { DateFormat } from './date-format.ts';
import { BadValue } from './exported-value.ts';

/** An entry in the form of iTop's REST API, its members in the order of the canonical payload. */
export interface LogEntry {
  readonly date: string;
  readonly message: string;
  readonly message_html: string;
  readonly user_id: string | number;
  readonly user_login: string;
}

export interface SplitLog {
  readonly entries: readonly LogEntry[];
  /** Set where a person must look at it; `kept whole` where the entries cannot be told apart. */
  readonly review?: { readonly treatment: 'split' | 'kept whole'; readonly reason: string };
}

/** iTop's own form, and whatever else stands in the place of a date: a program that saved the file again wrote it. */
const isoDate = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
const date = String.raw`\d[^\n:]{3,20}(?::\d\d){1,2}(?: ?[AaPp][Mm])?`;

/** The line that iTop's exports set before each entry: in front of it a line break, behind it an empty line. */
const separator = new RegExp(String.raw`(?:^|\n)={10} (${date}) : (.*) \((\d+)\) ={12}\n\n`, 'g');

/** Anything like it, also where line breaks were lost (formatted_text=0). */
const likeSeparator = new RegExp(String.raw`={10} ?${date} : .*?\(\d*\) ?={10,}`, 'g');

/** How an entry of HTML begins; blanks in front of an inline element are those of a plain text. */
const blockStart =
  /^(?:\s*<(?:p|div|ul|ol|h[1-6]|blockquote|table|pre|figure|hr|br|!doctype)\b|<(?:span|strong|em|a|img|b|i|u)\b)/i;
const emptyEntry = /^<!DOCTYPE[^>]*>\s*(?:<\?xml[^>]*>\s*)?$/i;

/** Whether a text begins as the logs of exports do. */
export function looksLikeLog(text: string): boolean {
  return text.startsWith('\n==========') || text.startsWith('==========');
}

/**
 * Splits a case log of a CSV or XML export (newest entry first) into entries, oldest first as the REST API gives them.
 *
 * A body can hold a line that looks like the separator. It is taken for one only where nothing speaks against it: every
 * look-alike is a whole separator, times do not rise towards older entries, and the markup before it is closed. Else
 * the log is kept whole, as one entry without date and author, which is iTop's own form of a log without index. Behind a plain
 * text nothing can prove that a separator is one: it is split and to be looked at.
 */
export function splitLog(text: string, keepsWhole = false, dates?: DateFormat): SplitLog {
  if (text.trim() === '') return { entries: [] };
  if (keepsWhole) return whole(text, 'exports.yaml asks for it');
  const found = [...text.matchAll(separator)];
  const alike = text.match(likeSeparator)?.length ?? 0;
  if (found.length === 0) {
    if (alike === 0) return { entries: [headless(text)] };
    return whole(text, 'its line breaks are lost (exported without formatted_text=1)');
  }
  if (alike !== found.length) return whole(text, 'a body imitates the line that separates entries');
  const times = found.map(([, written = '']) => readTime(written, dates));
  if (times.includes(undefined)) {
    const [, written] = found[times.indexOf(undefined)] ?? [];
    return whole(text, `its dates are not in iTop's own form (${written}): state date_format in exports.yaml`);
  }
  if (text.slice(0, found[0]?.index).trim() !== '') return whole(text, 'there is text in front of the first entry');

  const entries: LogEntry[] = [];
  let doubt: string | undefined;
  for (const [place, match] of found.entries()) {
    const [all, , author = '', user = ''] = match;
    const at = times[place] ?? '';
    const next = found[place + 1];
    let body = text.slice(match.index + all.length, next?.index);
    const isHtml = blockStart.test(body);
    if (next !== undefined && at < (times[place + 1] ?? ''))
      return whole(text, 'its times are not in order, as where a body imitates the line that separates entries');
    if (isHtml && !isClosed(body)) return whole(text, 'a separator stands inside the markup of an entry');
    if (next !== undefined && !isHtml && body.trim() !== '' && !emptyEntry.test(body.trim()))
      doubt ??= 'an entry of plain text stands before a separator, which could belong to the text';
    if (next === undefined && isHtml) {
      const older = trailingText(body);
      if (older !== undefined) {
        body = body.slice(0, body.length - older.length);
        entries.push(headless(older));
        doubt ??= 'text without a separator stands behind the oldest entry';
      }
    }
    entries.push({ date: at, ...bodyOf(body, isHtml), user_id: user === '0' ? 0 : user, user_login: author });
  }
  // The text older than all separators is the first; the others come newest first.
  const newestFirst = entries.filter((entry) => entry.date !== '');
  const ordered = [...entries.filter((entry) => entry.date === ''), ...newestFirst.reverse()];
  return doubt === undefined
    ? { entries: ordered }
    : { entries: ordered, review: { treatment: 'split', reason: doubt } };
}

/** The date of a separator in iTop's own form: it has it, or the stated format gives it. */
function readTime(written: string, dates: DateFormat | undefined): string | undefined {
  if (isoDate.test(written)) return written;
  try {
    const read = dates?.(written);
    return typeof read === 'string' && isoDate.test(read) ? read : undefined;
  } catch (error) {
    if (error instanceof BadValue) return undefined;
    throw error;
  }
}

function whole(text: string, reason: string): SplitLog {
  return { entries: [headless(text)], review: { treatment: 'kept whole', reason } };
}

function headless(text: string): LogEntry {
  return { date: '', ...bodyOf(text, blockStart.test(text)), user_id: 0, user_login: '' };
}

function bodyOf(body: string, isHtml: boolean): Pick<LogEntry, 'message' | 'message_html'> {
  if (emptyEntry.test(body)) return { message: '', message_html: body };
  if (isHtml) return { message: linesOfHtml(body), message_html: body };
  return { message: body, message_html: escapeUTF8(body).replaceAll(/\r?\n/g, '<br/>') };
}

/** What can follow a closed block of HTML without being text of its own; such text begins on a new line. */
const nextBlock = /^(?!\n)|^\s*(?:$|<(?:p|div|ul|ol|h[1-6]|blockquote|table|pre|figure|hr|br|img)\b)/i;
const blockTag = /^(?:p|div|ul|ol|h[1-6]|blockquote|table|pre|figure)$/i;

/** Loose text behind the closed blocks of the oldest entry: what stood in the log before its index existed. */
function trailingText(body: string): string | undefined {
  let depth = 0;
  for (const match of body.matchAll(tag)) {
    const [all, closing, name = '', selfClosing] = match;
    if (voidTag.test(name) || selfClosing === '/') continue;
    depth += closing === '/' ? -1 : 1;
    const rest = body.slice(match.index + all.length);
    if (depth === 0 && blockTag.test(name) && !nextBlock.test(rest)) return rest;
  }
  return undefined;
}

const tag = /<(\/?)([a-z!][\w-]*)(?:"[^"]*"|'[^']*'|[^'">])*?(\/?)>/gi;
const voidTag = /^(?:br|hr|img|input|col|wbr|area|base|embed|link|meta|source|track|!doctype)$/i;

/** Whether every element that a body opens is closed in it. */
function isClosed(html: string): boolean {
  let depth = 0;
  for (const [, closing, name = '', selfClosing] of html.matchAll(tag)) {
    if (voidTag.test(name) || selfClosing === '/') continue;
    depth += closing === '/' ? -1 : 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
