import { z } from 'zod';

/** What is known of a setting besides its type. */
export interface SettingMeta {
  readonly description: string;
  /** A value to show; by default that of the setting's default. */
  readonly example?: unknown;
  /** Environment variable that gives the setting too, and wins over the file. */
  readonly environment?: string;
  /** Hidden wherever it would be printed or stored. */
  readonly isSecret?: boolean;
  /** Setting of the same section that this one replaces: only one of both may be set. */
  readonly insteadOf?: string;
}

/** What stands beside a setting in the documents, and where else it may be given. */
export const described = (
  description: string,
  more: Omit<SettingMeta, 'description'> = {},
): SettingMeta & Record<string, unknown> => ({
  description,
  ...more,
});

/** An address that is shown in reports and hand-offs: credentials in it would be shown too. */
export const webAddress = z.url({ protocol: /^https?$/ }).refine((address) => !/^[a-z]+:\/\/[^/?#]*@/i.test(address), {
  error: 'holds a user or password before the "@"; write it without, and set user and password by their own names',
});
