import { localTimeOf } from '../../../itop/local-time.ts';
import type { KnownAttribute } from '../../catalog/class-knowledge.ts';
import type { DateFormat } from './date-format.ts';
import { BadValue, type Convert, type Exported } from './exported-value.ts';

export interface ValueForm {
  readonly channel: 'csv' | 'xml';
  /** Whether enumerations come as labels. */
  readonly isLocalized: boolean;
  readonly dates?: DateFormat | undefined;
  /** Zone of iTop's dates: XML gives deadlines as seconds since 1970. */
  readonly timezone?: string | undefined;
}

/** Stop watches of the standard model: seconds as a number. */
const stopWatch = /^(?:tto|ttr|cumulatedpending)$/;
/** Sub-items of stop watches that say by how long they are over, `3600s`. */
const overrun = /^sla_(?:tto|ttr)_over$/;
/** Sub-items that are times, which XML exports give as seconds since 1970 while all other dates are local texts. */
export const deadline = /_(?:escalation_deadline|started|laststart|stopped)$/;
const standardTags = /^domains$/;
const dateName = /(?:^|_)date$|_(?:date|deadline)$|^last_update$|^expire$|^end_of_warranty$|^move2production$/;

export function converterOf(code: string, known: KnownAttribute | undefined, form: ValueForm): Convert {
  if (form.channel === 'xml' && deadline.test(code) && form.timezone !== undefined) return localTimeIn(form.timezone);
  const type = known?.type ?? '';
  const kind = known?.kind;
  if (kind === 'number' && type === 'AttributeStopWatch') return seconds;
  if (stopWatch.test(code)) return seconds;
  if (overrun.test(code)) return overrunSeconds;
  if (type === 'AttributeTagSet' || kind === 'tags' || (known === undefined && standardTags.test(code))) return tags;
  if (type === 'AttributeEnumSet') return enumSet;
  if (kind === 'boolean') return yesNo(form.isLocalized);
  if (type === 'AttributeEnum' || type === 'AttributeMetaEnum') return enumeration(known, form.isLocalized);
  const isDate = kind === 'date' || kind === 'datetime' || ((kind ?? 'unknown') === 'unknown' && dateName.test(code));
  if (isDate && form.dates !== undefined) return form.dates;
  if (isDate) return kind === 'date' || kind === 'datetime' ? isoDate : isoDateByName;
  return text;
}

/** iTop's own form of a date, with or without the time; also the zero date of old databases. */
const iso = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?$/;
/** Day, month and year in another order, as a spreadsheet writes them: nothing in the value tells which is which. */
const otherOrder = /^\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}(?:\D|$)/;

function isoDate(value: Exported): unknown {
  if (value === '' || (typeof value === 'string' && iso.test(value))) return value;
  throw new BadValue(
    "is not a date in iTop's own form (2024-05-25 10:58:00); state date_format in exports.yaml if the file has another",
  );
}

/** An attribute that is a date by its name only may hold words: they are kept, a date in another form is not. */
function isoDateByName(value: Exported): unknown {
  return typeof value === 'string' && otherOrder.test(value) ? isoDate(value) : text(value);
}

function text(value: Exported): unknown {
  return typeof value === 'string' ? value : [...value];
}

function seconds(value: Exported): unknown {
  if (value === '') return 0;
  if (typeof value !== 'string' || !/^\d+$/.test(value)) throw new BadValue('is not a number of seconds');
  return Number(value);
}

function overrunSeconds(value: Exported): unknown {
  if (value === '' || value === '0s') return null;
  if (typeof value !== 'string' || !/^\d+s?$/.test(value)) throw new BadValue('is not a number of seconds');
  return Number(value.replace('s', ''));
}

function localTimeIn(timezone: string): Convert {
  return (value) => {
    if (typeof value !== 'string' || !/^\d{1,10}$/.test(value)) return value;
    return localTimeOf(new Date(Number(value) * 1_000), timezone);
  };
}

function tags(value: Exported): unknown {
  if (typeof value !== 'string') return [...value];
  return value.trim() === '' ? [] : value.split('|');
}

function enumSet(value: Exported): unknown {
  const values = typeof value === 'string' ? value.split('|') : value;
  return values.join(', ').trim();
}

function yesNo(isLocalized: boolean): Convert {
  return (value) => {
    if (value === '') return '';
    const word = isLocalized ? String(value).toLowerCase() : value;
    if (word === 'yes' || word === '1' || word === 'true') return true;
    if (word === 'no' || word === '0' || word === 'false') return false;
    throw new BadValue('is neither yes nor no');
  };
}

function enumeration(known: KnownAttribute | undefined, isLocalized: boolean): Convert {
  if (!isLocalized) return (value) => (value === '' ? null : value);
  const codes = known?.codes ?? new Map<string, string>();
  return (value) => {
    if (value === '') return null;
    const code = codes.get(String(value));
    if (code === undefined) throw new BadValue('is not a label of the data model file in the language read');
    return code;
  };
}
