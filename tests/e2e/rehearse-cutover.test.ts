import { expect, it } from 'vitest';
import { readCutover } from '../../cli/cutover-document.ts';
import { ownRehearsal } from '../support/own-rehearsal.ts';

it('docs/cutover.md leads to a green proof, to the last day and back', { timeout: 900_000 }, async () => {
  const rehearsal = await ownRehearsal();
  try {
    const { code, output, errors } = await rehearsal.run('rehearse', '--cutover', '--tickets', '20', '--json');
    expect(code, errors + output).toBe(0);
    const { isGreen, commands } = JSON.parse(output) as {
      isGreen: boolean;
      commands: { step: string; command: string; code: number; printed: string[] }[];
    };
    expect(isGreen).toBe(true);
    const ran = (start: string) => commands.filter(({ command }) => command.startsWith(start));
    // Every command of the page was run, as it stands there but for the plan's hash.
    for (const { line } of readCutover().flatMap((step) => step.commands)) {
      const [start = ''] = line.split(' HASH');
      expect(ran(start).at(-1), line).toMatchObject({ code: 0 });
    }
    // The deltas moved what happened in iTop; the late answer was seen, and went with the read that followed.
    const deltas = ran('itop-to-intercom delta').map(({ printed }) => printed.join());
    expect(deltas.filter((line) => line.includes('1 created, 1 brought up to date'))).toHaveLength(2);
    // Two mistakes were refused, and the page led on.
    expect(ran('itop-to-intercom load').map((one) => one.code)).toEqual([2, 0]);
    expect(ran('itop-to-intercom freeze').map((one) => one.code)).toEqual([1, 0]);
  } finally {
    await rehearsal.remove();
  }
});
