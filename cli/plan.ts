import { Command, InvalidArgumentError } from 'commander';
import { requestLimit } from '../intercom/probes.ts';
import { forecastLoad } from '../load/plan/forecast.ts';
import { planRequests, type RequestPlan } from '../load/plan/plan-requests.ts';
import { planBackwards } from '../load/plan/timetable.ts';
import { requireIntercom } from '../platform/settings.ts';
import { type CommandContext, type CommonOptions, inContext } from '../workflow/command-context.ts';
import { workspaceIdCodeOf } from '../workflow/in-run.ts';
import { nextStepOf } from '../workflow/next-step.ts';
import { withCommonOptions } from './common-options.ts';
import { formatTable, printResult } from './print.ts';

export function planCommand(): Command {
  return withCommonOptions(new Command('plan'))
    .description(
      'Says what a load would do, without doing it: calls, bytes and time; or the exact requests of a record.',
    )
    .argument('[names...]', 'records whose requests to show: R-000123, Ticket::83, Contact::5, Organization::3')
    .option('--cutover <time>', 'time of the switch, to see the latest safe start, e.g. 2027-01-04T08:00:00Z', moment)
    .action((names: string[], options: CommonOptions & { cutover?: Date }) =>
      inContext(options, 'transform', async (context) => {
        if (names.length > 0) return showRequests(context, names);
        await showForecast(context, options.cutover);
      }),
    );
}

async function showRequests(context: CommandContext, names: readonly string[]): Promise<void> {
  const { settings, database, isJson } = context;
  const intercom = requireIntercom(settings);
  const workspaceIdCode = await workspaceIdCodeOf(context);
  const plans: RequestPlan[] = [];
  for (const name of names) {
    plans.push(
      await planRequests(database.pool, name, {
        workspaceIdCode,
        bodyLimitBytes: await requestLimit(database.pool, workspaceIdCode, intercom.body_limit_bytes),
        assignsClosedToBoth: intercom.assign_closed === 'both',
      }),
    );
  }
  const text = plans.map(({ key, kind, isLoaded, requests }) =>
    [
      isLoaded
        ? `${key}: ${kind}, loaded already; a delta writes to it only after a comparison with Intercom`
        : `${key}: ${kind}, ${requests.length} ${requests.length === 1 ? 'request' : 'requests'}`,
      ...requests.map(({ method, path, operation, body, files }) =>
        [
          `${method} ${path}   (${operation})`,
          indent(JSON.stringify(body, null, 2)),
          ...files.map((file) => `  file: ${file}`),
        ].join('\n'),
      ),
    ].join('\n'),
  );
  printResult(
    isJson,
    plans,
    `${text.join('\n\n')}\n\nNothing was sent. Ids in braces are given by the workspace when it is loaded.`,
  );
}

async function showForecast(context: CommandContext, cutover: Date | undefined): Promise<void> {
  const { settings, database, isJson } = context;
  const intercom = requireIntercom(settings);
  const workspaceIdCode = await workspaceIdCodeOf(context);
  const forecast = await forecastLoad(database.pool, {
    workspaceIdCode,
    reserveShare: intercom.reserve_share,
    inFlight: intercom.in_flight,
    bodyLimitBytes: await requestLimit(database.pool, workspaceIdCode, intercom.body_limit_bytes),
  });
  const timetable = cutover === undefined ? undefined : planBackwards(forecast, cutover);
  const { growth } = forecast;
  const lines = [
    formatTable(
      forecast.phases.map((phase) => ({
        phase: phase.phase,
        objects: phase.objects,
        calls: phase.calls,
        'bytes sent': phase.bytes,
      })),
    ),
    '',
    `${forecast.calls} calls, about ${size(forecast.bytesSent)} sent and ${size(forecast.bytesReceived)} received.`,
    `Pace: ${forecast.callsPerSecond.toFixed(1)} calls a second (${forecast.paceFrom}), ${forecast.secondsPerCall.toFixed(2)} s a call (${forecast.latencyFrom}); the longest thread takes ${forecast.longestThreadCalls} calls one after the other.`,
    `The load takes about ${duration(forecast.loadSeconds)}.`,
    `Growth over ${growth.days} days: ${growth.ticketsPerDay} tickets and ${growth.messagesPerDay} messages a day, ${growth.changedTicketsPerDay} tickets changed a day: about ${forecast.deltaCallsPerDay} calls for a day's delta.`,
    ...(timetable === undefined
      ? ['Add --cutover <time> to see the latest safe start.']
      : [
          `For a switch at ${timetable.cutover.toISOString()}: start the first load by ${timetable.latestSafeStart.toISOString()} (load ${duration(forecast.loadSeconds)}, last read ${forecast.extractSeconds === null ? 'not measured yet' : duration(timetable.lastReadSeconds)}, delta ${duration(timetable.deltaSeconds)}; all taken ${timetable.margin} times).`,
        ]),
    `Next: ${await nextStepOf(database.pool, settings, workspaceIdCode)}`,
  ];
  printResult(isJson, { ...forecast, ...(timetable === undefined ? {} : { timetable }) }, lines.join('\n'));
}

function moment(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()) || !/(Z|[+-]\d{2}:\d{2})$/.test(text))
    throw new InvalidArgumentError('It must be a time with its zone, for example 2027-01-04T08:00:00Z.');
  return at;
}

const indent = (text: string): string => text.replace(/^/gm, '  ');

function size(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.ceil(bytes / 1_000)} kB`
    : bytes < 1_000_000_000
      ? `${(bytes / 1_000_000).toFixed(1)} MB`
      : `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
