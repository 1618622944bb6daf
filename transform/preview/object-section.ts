import { type Html, html } from '../../platform/html.ts';
import { lossWords } from './loss-words.ts';
import { anchorOf, fieldTable, onlyText } from './preview-page.ts';
import type { PreviewArticle, PreviewObject } from './read-objects.ts';

/** One article: the FAQ on the left, the draft on the right. */
export function articleSection(article: PreviewArticle): Html {
  return html`<article id="${anchorOf(article.key)}">
<h2>${article.title}</h2>
<p class="facts"><span class="chip">help center article</span> <span class="chip">${article.state}, hidden from bots</span>
<span class="chip">${article.collection === null ? 'no collection' : `collection ${article.collection}`}</span></p>
${covers(article.covers)}
${
  article.losses.length === 0 && article.review === ''
    ? ''
    : html`<ul class="remarks">
${article.review === '' ? '' : html`<li><b>Before it is published</b>: ${article.review}</li>`}
${article.losses.map((loss) => html`<li><b>Lost</b>: ${lossWords(loss)}</li>`)}
</ul>`
}
<div class="threads">
<section aria-label="iTop"><h3>iTop, ${article.key}</h3><div class="message comment"><div class="body text">${article.sourceText}</div>
${article.source.includes('<') ? html`<details><summary>as iTop stores it</summary><pre>${article.source.slice(0, 20_000)}</pre></details>` : ''}</div></section>
<section aria-label="Intercom"><h3>Intercom, planned</h3><div class="message comment"><p class="by"><b>${article.title}</b>${article.description === null ? '' : `: ${article.description}`}</p>
<div class="body">${onlyText(article.body)}</div></div></section>
</div>
</article>
`;
}

/** One change, problem, CI or custom object: its fields on the left, the instance on the right. */
export function objectSection(object: PreviewObject): Html {
  return html`<article id="${anchorOf(object.key)}">
<h2>${object.title}</h2>
<p class="facts"><span class="chip">${object.finalClass}</span> <span class="chip">custom object ${object.type}</span> <span class="chip">external id ${object.externalId}</span></p>
${covers(object.covers)}
<div class="threads">
<section aria-label="iTop"><h3>iTop, ${object.key}</h3>${fieldTable(object.fields)}</section>
<section aria-label="Intercom"><h3>Intercom, planned</h3>
<table><thead><tr><th>Attribute</th><th>Value</th></tr></thead>
<tbody>${object.attributes.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table></section>
</div>
</article>
`;
}

function covers(features: readonly string[]): Html | string {
  return features.length === 0 ? '' : html`<p class="covers">In the sample for: ${features.join(' · ')}</p>`;
}
