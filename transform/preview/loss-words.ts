/** Something of a body that reaches Intercom in no form, or in another. */
export interface ShownLoss {
  readonly kind?: string;
  readonly detail?: string;
  /** Place in the source, in characters. */
  readonly place?: string | number;
}

const words: Readonly<Record<string, string>> = {
  script: 'a script',
  style: 'a style sheet',
  image: 'a picture',
  text: 'text that no reader sees in iTop either',
  comment: 'a comment in the HTML',
  unsafe_link: 'the address of a link that browsers refuse',
  mention: 'the mention of an object',
  layout: 'the layout',
  embedded_content: 'embedded content',
  form_control: 'a field of a form',
};

const pictures: Readonly<Record<string, string>> = {
  inline_image: 'kept in iTop',
  data_image: 'written into the text itself',
  remote_image: 'from another server',
};

/** What was lost, as a reader would say it. */
export function lossWords({ kind, detail = '' }: ShownLoss): string {
  const what = words[kind ?? ''] ?? kind?.replaceAll('_', ' ') ?? 'something';
  if (kind === 'image') {
    const [where = '', ...rest] = detail.split(' ');
    return `${what} ${pictures[where] ?? ''}: ${rest.join(' ')}`.replace(/: $/, '').trim();
  }
  return detail === '' ? what : `${what}: ${detail}`;
}
