import type pg from 'pg';
import type { BlobStore } from '../../../platform/blob-store.ts';
import type { Progress } from '../../../platform/progress.ts';
import type { ReadableClass } from '../../catalog/class-tree.ts';
import type { HeldObjects } from '../../catalog/held-objects.ts';
import type { RestReader } from '../../reader/rest-reader.ts';
import type { Chunks } from '../../run/chunks.ts';
import type { Broker } from '../../topics/broker.ts';
import type { WindowAxis } from './window-axis.ts';
import type { WindowLimits } from './window-plan.ts';

/** Everything that one pass over one class works with. */
export interface ClassPass {
  readonly readable: ReadableClass;
  readonly reader: RestReader;
  readonly broker: Broker;
  readonly chunks: Chunks;
  readonly runId: string;
  /** iTop's count of the class as it was asked before, of the same run or the last one. */
  readonly expected?: number | undefined;
  /** All objects of the class, where the catalog read them already. */
  readonly held?: HeldObjects | undefined;
  readonly limits: WindowLimits;
  /** What the windows are cut from. */
  readonly axis: WindowAxis;
  /** Windows read at a time; the politeness limit holds over all classes together. */
  readonly workers: number;
  readonly progress: Progress;
  /** Where pictures inside texts go. */
  readonly blobs?: { readonly pool: pg.Pool; readonly store: BlobStore };
  readonly signal?: AbortSignal | undefined;
}
