import type { Dice } from './dice.ts';
import { SENTENCES } from './words.ts';

export type BodyKind =
  | 'plain'
  | 'list'
  | 'quote'
  | 'table'
  | 'emoji'
  | 'crlf'
  | 'long'
  | 'script'
  | 'style'
  | 'nested-table'
  | 'data-image'
  | 'mention'
  | 'right-to-left'
  | 'nul'
  | 'empty'
  | 'text-markup'
  | 'imitated-header';

/** A body as iTop gives it for a log entry: plain text, and HTML. */
export interface Body {
  readonly text: string;
  readonly html: string;
}

/** A GIF of one pixel. */
const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

/** What iTop stores for an HTML entry that held nothing. */
const EMPTY_HTML =
  '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN" "http://www.w3.org/TR/REC-html40/loose.dtd">\n<?xml encoding="UTF-8"?>\n';

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function paragraphs(lines: readonly string[]): Body {
  return { text: lines.join('\n\n'), html: lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('') };
}

/** A text entry: iTop escapes it for HTML and turns line ends into `<br/>`. */
function textEntry(text: string): Body {
  return { text, html: escapeHtml(text).replace(/\r?\n/g, '<br/>') };
}

function join(...bodies: readonly Body[]): Body {
  return { text: bodies.map((body) => body.text).join('\n\n'), html: bodies.map((body) => body.html).join('') };
}

function tableOf(cell: string): string {
  return `<table><tbody><tr><td>A</td><td>${cell}</td></tr></tbody></table>`;
}

/**
 * Writes one body. `first` (a planted word, say) opens the text, so that a text can be found again whatever its kind.
 */
export function writeBody(kind: BodyKind, dice: Dice, first = ''): Body {
  const say = () => dice.pick(SENTENCES);
  const opening = first === '' ? say() : `${first} ${say()}`;
  const plain = () => paragraphs([opening, ...Array.from({ length: dice.between(0, 3) }, say)]);
  switch (kind) {
    case 'plain':
      return plain();
    case 'list':
      return join(paragraphs([opening]), {
        text: '- un\n- deux & trois',
        html: '<ul><li>un</li><li>deux &amp; trois</li></ul>',
      });
    case 'quote': {
      const quoted = say();
      return join(paragraphs([opening]), {
        text: `> ${quoted}`,
        html: `<blockquote><p>${escapeHtml(quoted)}</p></blockquote>`,
      });
    }
    case 'table':
      return join(paragraphs([opening]), { text: 'A 1', html: tableOf('1') });
    case 'nested-table':
      return join(paragraphs([opening]), { text: 'A A A deep', html: tableOf(tableOf(tableOf('deep'))) });
    case 'emoji':
      return paragraphs([opening, 'Merci d’avance 🙏 et bonne journée 😀 👩‍🚀']);
    case 'right-to-left':
      return paragraphs([opening, 'مرحبا، الطابعة في الطابق الثالث لا تعمل منذ الصباح.', 'שלום, המדפסת לא עובדת.']);
    case 'crlf':
      return textEntry(`${opening}\r\n\r\n  indented & <b>not bold</b>\r\nlast line`);
    case 'text-markup':
      return textEntry(`  <b>not bold</b> & 1 < 2\r\n\r\n  ${opening}\n`);
    case 'imitated-header':
      return textEntry(`${opening}\n========== 2023-01-11 01:09:06 : Somebody Else (4) ============\nnot a header`);
    case 'nul':
      return paragraphs([`${opening} before\u0000after`]);
    case 'script':
      return join(paragraphs([opening]), {
        text: '',
        html: '<script>alert("x")</script><img src=x onerror="alert(1)"><a href="javascript:alert(2)">go</a>',
      });
    case 'style':
      return join(paragraphs([opening]), {
        text: 'red',
        html: '<style>p { color: red }</style><p style="color:red;position:fixed">red</p>',
      });
    case 'data-image':
      return join(paragraphs([opening]), { text: '[pixel]', html: `<p><img src="${PIXEL}" alt="pixel"></p>` });
    case 'mention':
      return join(paragraphs([opening]), {
        text: '[@Ada](https://itop.example/pages/UI.php?operation=details&class=Person&id=10)',
        html: '<p><a href="https://itop.example/pages/UI.php?operation=details&amp;class=Person&amp;id=10" data-role="object-mention" data-object-class="Person" data-object-id="10">@Ada</a></p>',
      });
    case 'long': {
      const lines = [opening];
      for (let size = 0; size < 45_000; ) {
        const line = `${lines.length}. ${say()} ${say()} ${say()}`;
        lines.push(line);
        size += line.length + '<p></p>'.length;
      }
      return paragraphs(lines);
    }
    case 'empty':
      return { text: '', html: EMPTY_HTML };
  }
}
