import { createReadStream } from 'node:fs';
import { SaxesParser } from 'saxes';

export interface Transition {
  readonly class: string;
  readonly state: string;
  readonly stimulus: string;
  readonly target: string;
}

/** The lifecycles of iTop's data model (`datamodel-production.xml`), streamed: the file has tens of thousands of lines. */
export async function readLifecycles(file: string): Promise<Transition[]> {
  const found: Transition[] = [];
  const path: { name: string; id: string }[] = [];
  let text = '';
  const idOf = (name: string): string => path.findLast((element) => element.name === name)?.id ?? '';
  const parser = new SaxesParser();
  let failure: Error | undefined;
  parser.on('error', (error) => {
    failure ??= error;
  });
  parser.on('opentag', (tag) => {
    path.push({ name: tag.name, id: String(tag.attributes.id ?? '') });
    text = '';
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('closetag', (tag) => {
    if (tag.name === 'target' && path.at(-2)?.name === 'transition' && path.some((e) => e.name === 'lifecycle')) {
      found.push({ class: idOf('class'), state: idOf('state'), stimulus: idOf('transition'), target: text.trim() });
    }
    path.pop();
  });
  for await (const chunk of createReadStream(file, 'utf8')) parser.write(String(chunk));
  parser.close();
  if (failure !== undefined) throw failure;
  return found;
}
