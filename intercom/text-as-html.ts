const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Plain text as HTML, for notes: Intercom reads their body as HTML, so a bare `<` would swallow what follows. */
export function textAsHtml(text: string): string {
  return text
    .replace(/[&<>]/g, (character) => entities[character] ?? character)
    .split(/(?:\r?\n){2,}/)
    .map((paragraph) => `<p>${paragraph.replace(/\r?\n/g, '<br>')}</p>`)
    .join('');
}
