import { StepError } from '../platform/errors.ts';
import { type Html, html } from '../platform/html.ts';
import { stepContent } from './records/step-content.ts';

/** What cannot be done or shown, with its reasons and the next step. Throws what is no refusal. */
export function refusalContent(error: unknown): Html {
  if (!(error instanceof StepError)) throw error;
  const [message = '', ...reasons] = error.message.split('\n');
  return html`<p class="alarm" role="alert">${message}</p>
${reasons.length === 0 ? '' : html`<ul>${reasons.map((reason) => html`<li>${reason.trim()}</li>`)}</ul>`}<p>Next: ${stepContent(new Map(), error.nextStep)}</p>`;
}
