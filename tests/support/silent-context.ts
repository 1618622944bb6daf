import type { Database } from '../../platform/database.ts';
import { openLog } from '../../platform/log.ts';
import { openProgress } from '../../platform/progress.ts';
import type { Settings } from '../../platform/settings.ts';
import type { CommandContext } from '../../workflow/command-context.ts';

/** What a command on this database would be given, which prints nothing. */
export function silentContext(database: Database, settings: Settings): CommandContext {
  return {
    settings,
    database,
    progress: openProgress('silent'),
    log: openLog(settings.log, 'test'),
    isJson: false,
    isReadOnly: false,
    signal: new AbortController().signal,
  };
}
