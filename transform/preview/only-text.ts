import sanitizeHtml from 'sanitize-html';
import { Html } from '../../platform/html.ts';

/** Formatted notes show their formatting: a few tags without any attribute; everything else becomes text. */
export function onlyText(body: string): Html {
  return new Html(
    sanitizeHtml(body, {
      allowedTags: [
        'p',
        'br',
        'b',
        'strong',
        'i',
        'em',
        'u',
        'ul',
        'ol',
        'li',
        'blockquote',
        'pre',
        'code',
        'h1',
        'h2',
        'h3',
        'h4',
        'table',
        'thead',
        'tbody',
        'tr',
        'td',
        'th',
        'a',
      ],
      allowedAttributes: {},
      disallowedTagsMode: 'discard',
    }).replace(/<(\/?)h[1-4]>/g, '<$1h4>'),
  );
}
