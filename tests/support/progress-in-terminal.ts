import { setTimeout } from 'node:timers/promises';
import { openProgress } from '../../platform/progress.ts';
import { printLine } from '../../platform/terminal.ts';

/*
 * What a stage does with its progress: 60 classes, three at a time, one of them with a name wider than most terminals, lines
 * printed in between, and a result with a line that nothing may cut.
 */
const progress = openProgress('live');
printLine('before');
const classes = progress.step('classes', 60);
const queue = Array.from({ length: 60 }, (_, index) => index);
async function work(): Promise<void> {
  for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
    const step = progress.step(index === 7 ? `文${'W'.repeat(250)}` : `Class${index}`, 10);
    for (let round = 0; round < 10; round++) {
      step.advance(1, `${index} MB/s`);
      await setTimeout(5);
    }
    step.done();
    classes.advance(1);
    if (index === 30) printLine('in between');
  }
}
await Promise.all([work(), work(), work()]);
classes.done();
progress.step('left open', 5).advance(2);
await setTimeout(120);
progress.step('left open too', 5).advance(2);
printLine(`result: /a/path/${'p'.repeat(300)}/end`);
progress.close();
printLine('after');
