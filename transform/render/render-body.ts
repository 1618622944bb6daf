import { compile } from 'html-to-text';
import { messageOf } from '../../platform/errors.ts';
import { cutText } from './cut-text.ts';
import { findLosses, findVanished, type Loss, type Reference } from './find-losses.ts';
import { flattenMarkup, stripMarkup } from './flatten-markup.ts';
import { type ItopAddresses, noAddresses, rewriteAddresses, withoutPictureSecrets } from './itop-addresses.ts';
import { renderPlainMarkup } from './plain-markup.ts';
import { sanitise } from './sanitise.ts';

/** Raised when the same source would render otherwise: every body is rendered again. */
export const rendererVersion = 3;

export interface BodySource {
  readonly format: 'html' | 'text';
  readonly source: string;
}

/** A body in both forms Intercom takes, with what it refers to and what did not come along (rule T8). */
export interface RenderedBody {
  readonly html: string;
  readonly text: string;
  readonly references: readonly Reference[];
  readonly losses: readonly Loss[];
}

/** iTop writes this in front of an entry that was saved without text. */
const preamble = /<!DOCTYPE[^>]*>|<\?xml[^>]*>/gi;

/**
 * Renders a body: a pure function of its source, the renderer's version, and what the addresses of iTop in it are called.
 * A body that shows nothing, as one no-break space, is empty in both forms.
 */
export function renderBody({ format, source }: BodySource, addresses: ItopAddresses = noAddresses): RenderedBody {
  const { source: rewritten, losses } = rewriteAddresses(format, source, addresses);
  const body = render(format, rewritten);
  const isEmpty = format === 'html' && !/[^\s\p{Cf}]/u.test(body.text);
  return {
    html: isEmpty ? '' : withoutPictureSecrets(body.html),
    text: isEmpty ? '' : withoutPictureSecrets(body.text),
    references: body.references,
    losses: [...losses, ...body.losses].map((loss) => ({ ...loss, detail: withoutPictureSecrets(loss.detail) })),
  };
}

function render(format: BodySource['format'], source: string): RenderedBody {
  if (format === 'text') {
    const text = source.replace(/\r\n?/g, '\n');
    return { html: escapeText(text), text, references: [], losses: [] };
  }
  const markup = source.replace(preamble, '');
  if (!/[<&]/.test(markup)) return { html: markup, text: markup, references: [], losses: [] };
  const plain = renderPlainMarkup(markup);
  return plain === undefined ? renderTheLongWay(markup) : { ...plain, references: [], losses: [] };
}

/**
 * Renders any markup, for the part that is not plain: `renderBody` is to be used. Markup that cannot be laid out keeps its words as plain
 * text, and a loss says so: one body never ends the rendering of the others.
 */
export function renderTheLongWay(markup: string): RenderedBody {
  try {
    return layOut(markup);
  } catch (error) {
    return asText(stripMarkup(markup), [], [layoutLoss(messageOf(error))]);
  }
}

function layOut(markup: string): RenderedBody {
  const { references, losses, texts, depth } = findLosses(markup);
  if (depth > depthLimit)
    return asText(flattenMarkup(markup), references, [...losses, layoutLoss(`elements nested ${depth} deep`)]);
  const html = sanitise(markup);
  const text = toText(html);
  return { html, text, references, losses: [...losses, ...findVanished(texts, text)] };
}

/** The conversion to text calls itself once a level; real messages, mail in mail in mail included, stay below 60 levels. */
const depthLimit = 150;

function asText(text: string, references: readonly Reference[], losses: readonly Loss[]): RenderedBody {
  return { html: escapeText(text), text, references, losses };
}

function layoutLoss(reason: string): Loss {
  return { kind: 'layout', place: 0, detail: `kept as plain text without its layout: ${cutText(reason, 200)}` };
}

/** Compiled once: merging the options for each body cost ten times the conversion. */
const toText = compile({
  wordwrap: false,
  preserveNewlines: false,
  limits: { maxInputLength: 64 * 1024 * 1024 },
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] } },
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false, maxColumnWidth: 1_000 } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\n/g, '<br>');
}
