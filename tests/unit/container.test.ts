import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../platform/project-root.ts';
import { describedSettings } from '../../platform/settings-reference.ts';

interface Service {
  readonly image: string;
  readonly volumes: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly profiles: readonly string[];
}

const read = (name: string): string => readFileSync(join(projectRoot, name), 'utf8');
const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
};
const image = read('Dockerfile').slice(read('Dockerfile').lastIndexOf('\nFROM '));
const workingDirectory = [...image.matchAll(/^WORKDIR (.+)$/gm)].at(-1)?.[1] ?? '';

describe.each(['tool', 'delta'])('the service %s', (name) => {
  it('keeps on the host what the tool writes', () => {
    expect(services[name]?.image).toBe('itop-to-intercom');
    const mounted = services[name]?.volumes.map((volume) => volume.split(':').at(-1));
    expect(mounted).toContain(workingDirectory);
    // The bytes of files lie in the cache directory unless the configuration names another one.
    expect(services[name]?.environment.XDG_CACHE_HOME?.startsWith(`${workingDirectory}/`)).toBe(true);
  });

  it('is given every variable that the configuration knows', () => {
    for (const { environment } of describedSettings())
      if (environment !== undefined) expect(Object.keys(services[name]?.environment ?? {})).toContain(environment);
  });
});

it('starts the tool from any directory', () => {
  expect(image).toMatch(/^ENTRYPOINT \["node", "\/opt\/itop-to-intercom\/bin\/itop-to-intercom\.js"\]$/m);
  expect(services.delta?.profiles).toEqual(['schedule']);
});
