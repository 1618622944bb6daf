import sanitizeHtml from 'sanitize-html';

/**
 * HTML reduced to what Intercom shows in notes. iTop sanitises on write, but rows of old versions and imports can hold anything,
 * so nothing is taken on trust. Pictures become text: their addresses may carry a secret.
 */
export function sanitise(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: [
      ...['p', 'br', 'div', 'blockquote', 'pre', 'code', 'hr'],
      ...['b', 'strong', 'i', 'em', 'u', 'a', 'ul', 'ol', 'li'],
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
      ...['table', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'caption'],
    ],
    allowedAttributes: { a: ['href'] },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    disallowedTagsMode: 'discard',
    transformTags: {
      img: (_name, attributes) => ({ tagName: 'em', attribs: {}, text: ` [image${label(attributes.alt)}] ` }),
      a: (_name, attributes) =>
        attributes['data-role'] === 'object-mention'
          ? { tagName: 'em', attribs: {} }
          : { tagName: 'a', attribs: attributes.href === undefined ? {} : { href: attributes.href } },
    },
  });
}

function label(alt: string | undefined): string {
  return alt === undefined || alt.trim() === '' ? '' : `: ${alt.trim()}`;
}
