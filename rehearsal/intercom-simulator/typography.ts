/** What a server may do to the characters of a text without taking anything from it. */

/** Fields that hold text, by type of object; every object's `body` is one. */
const textFields: Readonly<Record<string, readonly string[]>> = {
  conversation: ['title'],
  contact: ['name'],
  company: ['name'],
  article: ['title', 'description'],
  collection: ['name', 'description'],
};

export function typographicFields(fields: Readonly<Record<string, unknown>>): readonly string[] {
  // Collections name no type.
  const type = 'icon' in fields ? 'collection' : String(fields.type);
  return ['body', ...(textFields[type] ?? [])];
}

/** A text or an HTML body in other typography; its markup stays. */
export function textInOtherTypography(text: string): string {
  let isOpen = false;
  const quote = () => {
    isOpen = !isOpen;
    return isOpen ? '“' : '”';
  };
  return text
    .split(/(<[^<>]*>)/)
    .map((piece, index) =>
      index % 2 === 1
        ? piece
        : piece
            .replace(/"|&quot;|&#34;/g, quote)
            .replace(/'|&#39;/g, '’')
            .replaceAll('...', '…')
            .replaceAll(' - ', ' – ')
            .replace(/(?<=[\p{L}\p{N}]) (?=[\p{L}\p{N}])/u, '\u00a0')
            .replace(/, /g, ',\u200b ')
            .normalize('NFD'),
    )
    .join('');
}
