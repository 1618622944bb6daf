import { BadValue, type Convert } from './exported-value.ts';

/** Turns a date of the file into iTop's own form, `2023-08-21 10:58:00`. */
export type DateFormat = Convert;

/** Letters of PHP's date formats that iTop's exports can use. */
const letters: Readonly<
  Record<string, { readonly pattern: string; readonly part: 'y' | 'm' | 'd' | 'h' | 'i' | 's' | 'half' }>
> = {
  Y: { pattern: '(\\d{4})', part: 'y' },
  y: { pattern: '(\\d\\d)', part: 'y' },
  m: { pattern: '(\\d\\d)', part: 'm' },
  n: { pattern: '(\\d{1,2})', part: 'm' },
  d: { pattern: '(\\d\\d)', part: 'd' },
  j: { pattern: '(\\d{1,2})', part: 'd' },
  H: { pattern: '(\\d\\d)', part: 'h' },
  G: { pattern: '(\\d{1,2})', part: 'h' },
  h: { pattern: '(\\d\\d)', part: 'h' },
  g: { pattern: '(\\d{1,2})', part: 'h' },
  i: { pattern: '(\\d\\d)', part: 'i' },
  s: { pattern: '(\\d\\d)', part: 's' },
  A: { pattern: '(AM|PM)', part: 'half' },
  a: { pattern: '(am|pm)', part: 'half' },
};

/**
 * A reader for dates in a format of PHP's letters, e.g. `d/m/Y H:i:s`; a date without time may end before the hour.
 * Throws BadValue for what does not fit: a day and a month that were swapped must not pass.
 */
export function dateFormat(format: string): DateFormat {
  const parts: string[] = [];
  let pattern = '';
  let optional = 0;
  for (const letter of format) {
    const known = letters[letter];
    // The time is left out in cells that hold only a date.
    if (known?.part === 'h' && optional === 0) {
      pattern = pattern.replace(/(?:\\?[^\w)])+$/, (gap) => `(?:${gap}`);
      optional = pattern.includes('(?:') ? 1 : 0;
    }
    if (known !== undefined) parts.push(known.part);
    pattern += known?.pattern ?? letter.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  }
  const expression = new RegExp(`^${pattern}${optional === 1 ? ')?' : ''}$`);
  return (value) => {
    if (value === '') return '';
    const match = typeof value === 'string' ? expression.exec(value) : null;
    if (match === null) throw new BadValue(`is not a date in the format ${format}`);
    const found = new Map(parts.map((part, place) => [part, match[place + 1]]));
    const year = found.get('y') ?? '';
    const day = [year.length === 2 ? `20${year}` : year, two(found.get('m')), two(found.get('d'))].join('-');
    const check = new Date(`${day}T00:00:00Z`);
    if (Number.isNaN(check.getTime()) || check.toISOString().slice(0, 10) !== day)
      throw new BadValue(`is not a date in the format ${format}`);
    if (found.get('h') === undefined) return day;
    return `${day} ${hour(found.get('h'), found.get('half'))}:${two(found.get('i'))}:${two(found.get('s'))}`;
  };
}

function hour(hour: string | undefined, half: string | undefined): string {
  if (half === undefined) return two(hour);
  const twelve = Number(hour) % 12;
  return two(String(half.toLowerCase() === 'pm' ? twelve + 12 : twelve));
}

function two(digits: string | undefined): string {
  return (digits ?? '').padStart(2, '0');
}
