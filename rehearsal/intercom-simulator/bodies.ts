/** How Intercom stores what is sent as a body. */

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Plain text, with its markup shown as it was typed: a paragraph for each block, line breaks within. */
export function storedText(text: string): string {
  return text
    .trim()
    .split(/\r?\n(?:[ \t]*\r?\n)+/)
    .map((block) => `<p>${escapeHtml(block).replaceAll(/\r?\n/g, '<br>')}</p>`)
    .join('\n');
}

const KEPT = new Set('p br b strong i em u a ul ol li h1 h2 pre code blockquote hr'.split(' '));

const TOKEN = /<!--[\s\S]*?-->|<(script|style)\b[\s\S]*?<\/\1\s*>|<(\/?)([a-zA-Z][a-zA-Z0-9]*)\b([^>]*)>|[<>]/g;

/** The HTML of a note: simple elements stay without their attributes, links keep their address, the rest loses its tags. */
export function storedNote(html: string): string {
  const kept = html
    .replace(TOKEN, (token, hidden: string | undefined, slash = '', name: string | undefined, rest = '') => {
      if (token === '<') return '&lt;';
      if (token === '>') return '&gt;';
      if (hidden !== undefined || name === undefined) return '';
      const element = name.toLowerCase();
      if (!KEPT.has(element)) return ' ';
      return element === 'a' && slash === '' ? `<a${addressIn(rest)}>` : `<${slash}${element}>`;
    })
    .trim();
  return kept.startsWith('<') ? kept : `<p>${kept}</p>`;
}

function addressIn(rest: string): string {
  const address = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(rest);
  const url = address?.[1] ?? address?.[2] ?? '';
  return /^(https?:|mailto:)/i.test(url) ? ` href="${url.replaceAll('"', '&quot;')}"` : '';
}

/** What becomes of markup in plain text. */
export type Markup = 'escape' | 'keep' | 'strip' | 'strip_decoded';

/** Plain text of an opening or of a contact. */
export function storedPlainText(text: string, markup: Markup): string {
  if (markup === 'escape') return storedText(text);
  if (markup === 'keep') return text.trim().split(/\r?\n/).map(storedNote).join('\n');
  return storedText(markup === 'strip_decoded' ? withoutTags(decoded(text)) : decoded(withoutTags(text)));
}

function withoutTags(text: string): string {
  return text.replaceAll(/<\/?[a-zA-Z][^>]*>/g, '');
}

function decoded(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** The words of a stored body, for search by single tokens. */
export function tokensOf(html: string): string[] {
  const text = html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}
