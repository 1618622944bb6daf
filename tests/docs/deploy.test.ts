import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1';
import { CronJob } from 'kubernetes-models/batch/v1';
import { PersistentVolumeClaim } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { projectRoot } from '../../platform/project-root.ts';
import { takeApart } from '../support/command-line.ts';

/** The manifests are held to Kubernetes' own schemas. */
const models = { CronJob, Deployment, PersistentVolumeClaim };

interface Container {
  readonly args: string[];
}

interface Manifest {
  readonly kind: keyof typeof models;
  readonly spec: {
    readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } };
    readonly template?: PodTemplate;
  };
}

interface PodTemplate {
  readonly spec: { readonly containers: readonly Container[] };
}

const manifests = parseAllDocuments(readFileSync(join(projectRoot, 'deploy', 'kubernetes.yaml'), 'utf8')).map(
  (document) => document.toJS() as Manifest,
);

const podOf = ({ spec }: Manifest): PodTemplate | undefined => spec.jobTemplate?.spec.template ?? spec.template;

describe('deploy/kubernetes.yaml', () => {
  it.each(manifests)('$kind is as the schema of Kubernetes says', (manifest) => {
    const model = new models[manifest.kind](manifest as never);
    expect(() => model.validate()).not.toThrow();
  });

  it('refuses what Kubernetes would', () => {
    const wrong = { ...structuredClone(manifests.find(({ kind }) => kind === 'CronJob')), spec: { schedule: 15 } };
    expect(() => new CronJob(wrong as never).validate()).toThrow();
  });

  it('starts commands as the command line takes them', async () => {
    const containers = manifests.flatMap((manifest) => podOf(manifest)?.spec.containers ?? []);
    expect(containers.length).toBe(2);
    for (const { args } of containers) expect(args).toContain(await takeApart(args));
  });
});
