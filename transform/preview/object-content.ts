import { type Html, html } from '../../platform/html.ts';
import { besideTarget, fieldTable } from './field-table.ts';
import { lossWords } from './loss-words.ts';
import { onlyText } from './only-text.ts';
import type { PreviewArticle, PreviewObject } from './read-objects.ts';

/** What is known of an article, an object, a contact or a company once it was sent; the console knows it, a preview does not. */
export interface ObjectEvidence {
  /** Its id in Intercom; null before it was sent. */
  readonly targetId: string | null;
  /** What was found otherwise in Intercom, in words. */
  readonly differences: Html;
  /** Names in Intercom of what was found otherwise. */
  readonly differing: ReadonlySet<string>;
}

/** Fields of an FAQ that stand in both texts. */
const shownAbove: ReadonlySet<string> = new Set(['title', 'friendlyname', 'description']);

/** An FAQ beside the article that it becomes. `pictures` stand under the text of iTop. */
export function articleContent(article: PreviewArticle, evidence?: ObjectEvidence, pictures: Html | string = ''): Html {
  const otherFields = article.fields.filter(({ attribute }) => !shownAbove.has(attribute));
  return html`<p class="facts"><span class="chip">help center article, ${article.state}</span> <span class="chip">${article.collection === null ? 'no collection' : `collection ${article.collection}`}</span>${whereItIs(evidence)}</p>
${article.review === '' ? '' : html`<p class="loss"><b>Before it is published:</b> ${article.review}</p>`}
${evidence?.differences ?? ''}
<div class="pair heads"><h2>iTop</h2><h2>${intercomHeading(evidence)}</h2></div>
<div class="pair"><div><article class="message comment">${article.sourceText.trim() === '' ? html`<p class="dim">(no text)</p>` : html`<div class="body text">${article.sourceText}</div>`}
${article.losses.map((loss) => html`<p class="loss"><b>Not moved:</b> ${lossWords(loss)}</p>`)}${pictures}
<details><summary>As iTop stores it</summary><pre tabindex="0">${article.source.slice(0, 20_000)}</pre></details></article></div>
<div><article class="message comment"><p class="by"><b>${article.title}</b>${article.description === null ? '' : `: ${article.description}`}</p><div class="body">${onlyText(article.body)}</div></article></div></div>
<h2>Its other fields</h2>${fieldTable(besideTarget(otherFields, [['collection', article.collection ?? 'none']]))}`;
}

/** A change, problem, CI or object of a custom class beside the instance that it becomes. */
export function objectContent(object: PreviewObject, evidence?: ObjectEvidence): Html {
  return html`<p class="facts"><span class="chip">${object.finalClass}</span> <span class="chip">custom object ${object.type}</span> <span class="chip">external id ${object.externalId}</span>${whereItIs(evidence)}</p>
${evidence?.differences ?? ''}
<h2>iTop beside ${intercomHeading(evidence)}</h2>${fieldTable(besideTarget(object.fields, [['type', object.type], ...object.attributes]), evidence?.differing)}`;
}

export const intercomHeading = (evidence: ObjectEvidence | undefined): string =>
  `Intercom, ${evidence === undefined || evidence.targetId === null ? 'planned' : 'as sent'}`;

export function whereItIs(evidence: ObjectEvidence | undefined): Html | string {
  if (evidence === undefined) return '';
  return html` <span class="chip">${evidence.targetId === null ? 'not in Intercom yet' : `in Intercom as ${evidence.targetId}`}</span>`;
}
