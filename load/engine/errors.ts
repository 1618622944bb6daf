import { FailedError } from '../../platform/errors.ts';

/** The record waits for another one that is not loaded. It is tried again by the next load, without a call. */
export class RecordBlocked extends Error {
  override readonly name = 'RecordBlocked';
  readonly nextStep: string;

  constructor(reason: string, nextStep: string) {
    super(reason);
    this.nextStep = nextStep;
  }
}

/** The record cannot be loaded as it is, although Intercom did not refuse a call. */
export class RecordRefused extends Error {
  override readonly name: string = 'RecordRefused';
  readonly nextStep: string;

  constructor(reason: string, nextStep: string) {
    super(reason);
    this.nextStep = nextStep;
  }
}

/** Work ends here because the load was asked to stop or something stopped all of it. */
export class LoadStopped extends Error {
  override readonly name = 'LoadStopped';

  constructor() {
    super('The load was stopped.');
  }
}

/** Somebody or something answers what is loaded: an alarm for every process of the workspace. */
export class SilenceBroken extends FailedError {}
