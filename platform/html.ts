/** Text that is HTML already; everything else is escaped where it is put into a page. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Piece = Html | string | number | null | undefined | readonly Html[];

/** HTML from a template: whatever is put in as text can become nothing but text. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  let text = parts[0] ?? '';
  pieces.forEach((piece, i) => {
    text += render(piece) + (parts[i + 1] ?? '');
  });
  return new Html(text);
}

function render(piece: Piece): string {
  if (piece === null || piece === undefined) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map((one) => one.text).join('');
  return escapeHtml(String(piece));
}

/** Plain text as HTML, safe in element content and in quoted attributes. Characters that no page may hold are shown as a sign. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd');
}

/** Long names break at their underscores and slashes, and before their capital letters: one that could not would squeeze the columns beside it. */
export function breakable(text: string): Html {
  return html`${text.split(/(?<=[\w/]{10,}[_/])(?=\w)|(?<=\w{12,}[a-z])(?=[A-Z])/).map((piece, at) => (at === 0 ? html`${piece}` : html`<wbr>${piece}`))}`;
}
