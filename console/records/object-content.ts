import { type Html, html } from '../../platform/html.ts';
import { lossWords } from '../../transform/preview/loss-words.ts';
import { fieldTable, onlyText } from '../../transform/preview/preview-page.ts';
import type { PreviewArticle, PreviewObject } from '../../transform/preview/read-objects.ts';
import { type Frame, table } from '../page.ts';

/** An FAQ beside the article that it becomes. */
export function articleContent(article: PreviewArticle): Html {
  return html`<p class="facts"><span class="chip">help center article, ${article.state}</span> <span class="chip">${article.collection === null ? 'no collection' : `collection ${article.collection}`}</span></p>
${article.review === '' ? '' : html`<p class="loss"><b>Before it is published:</b> ${article.review}</p>`}
${article.losses.map((loss) => html`<p class="loss"><b>Not moved:</b> ${lossWords(loss)}</p>`)}
<div class="pair heads"><h2>iTop</h2><h2>Intercom</h2></div>
<div class="pair"><article class="message comment"><div class="body text">${article.sourceText}</div></article>
<article class="message comment"><p class="by"><b>${article.title}</b></p><div class="body">${onlyText(article.body)}</div></article></div>`;
}

/** A change, problem, CI or object of a custom class beside the instance that it becomes. */
export function objectContent({ standing }: Frame, object: PreviewObject): Html {
  return html`<p class="facts"><span class="chip">${object.finalClass}</span> <span class="chip">custom object ${object.type}, external id ${object.externalId}</span></p>
<h2>Where each field goes</h2><div class="scroll" tabindex="0" role="region" aria-label="Fields">${fieldTable(object.fields)}</div>
<h2>The instance in Intercom</h2>${table(
    standing,
    [
      { name: 'Attribute', value: ([name]) => name },
      { name: 'Value', value: ([, value]) => value },
    ],
    object.attributes,
    'Attributes of the instance',
  )}`;
}
