import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { acceptCommand } from '../../platform/accept-command.ts';

const names = [
  'every filled attribute is accounted for',
  'Ticket::83#public_log/9',
  `it's`,
  'say "Müller"',
  '$(touch pwned) $HOME `id`',
  String.raw`a\b\\`,
  'Cheers!! !$',
  `'; exit 1; '`,
  '*',
  '~',
  'a\nb',
];

it.each(names)('gives %j to the program as it is, and runs nothing in it', (name) => {
  const command = acceptCommand({ phase: 'contacts', check: name, targetKey: name });
  // An interactive shell, as the one that a person pastes into: it replaces exclamation marks too.
  const script = `set -o history -o histexpand; itop-to-intercom() { printf '%s\\0' "$@"; }\n${command}\n`;
  const words = execFileSync('bash', ['--norc', '--noprofile'], { input: script, encoding: 'utf8' }).split('\0');
  expect(words.slice(0, -1)).toEqual([
    ...['reconcile', 'accept', '--phase', 'contacts', '--check', name, '--target-key', name],
    ...['--by', 'NAME', '--reason', 'WHY'],
  ]);
});
