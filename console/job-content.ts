import { messageOf, StepError } from '../platform/errors.ts';
import { failureInWords } from '../platform/failure-in-words.ts';
import { type Html, html } from '../platform/html.ts';
import { withoutSecrets } from '../platform/redact.ts';
import type { Job } from './jobs.ts';
import type { Frame } from './page.ts';
import { refusalContent } from './refusal-content.ts';

/** Whether the answer to what a job gives is still to come. */
export const isRunning = (job: Job | undefined): boolean => job !== undefined && job.error === undefined;

/** Why a job failed, with the next step; nothing where it did not. */
export function failureOf(job: Job | undefined): Html | string {
  if (job?.error === undefined) return '';
  const failure = failureInWords(job.error);
  return failure instanceof StepError
    ? refusalContent(failure)
    : html`<p class="alarm" role="alert">It failed: ${withoutSecrets(messageOf(failure))}</p><p>Next: do it by the command, and report what that says.</p>`;
}

/** A part that says since when a job runs, why it failed, or what to do at its end. */
export function jobContent({ context, standing }: Frame, name: string, running: string, ended: Html): Html {
  const job = context.jobs.find(name);
  if (job === undefined) return html`<p role="status">${ended}</p>`;
  if (!isRunning(job)) return html`${failureOf(job)}`;
  return html`<p role="status">${running}, since ${standing.clock.time(job.startedAt)}.</p>`;
}
