/** Where the tests' Postgres or Kafka comes from, and why there. */
export interface Choice {
  readonly place: 'environment' | 'container' | 'local' | 'nowhere';
  /** One line for the person who runs the tests. */
  readonly reason: string;
}

export interface Surroundings {
  /** What is looked for, as a person would name it. */
  readonly service: string;
  readonly variable: string;
  /** What the variable holds; undefined or empty when it is not set. */
  readonly named: string | undefined;
  readonly image: string;
  /** Why no container of the image can be had; undefined when one can. */
  readonly faultOfContainer: () => Promise<string | undefined>;
  /** What is missing for processes on this machine; undefined when nothing is. */
  readonly missingLocally: () => Promise<string | undefined>;
  readonly localName: string;
}

/** What the environment names, else a container where an engine answers and has the image, else processes of this machine. */
export async function choosePlace(here: Surroundings): Promise<Choice> {
  if (here.named !== undefined && here.named !== '') {
    return { place: 'environment', reason: `${here.service}: the one that ${here.variable} names.` };
  }
  const fault = await here.faultOfContainer();
  if (fault === undefined) return { place: 'container', reason: `${here.service}: a container of ${here.image}.` };
  const missing = await here.missingLocally();
  if (missing === undefined) {
    return {
      place: 'local',
      reason: `${here.service}: ${here.localName} (${here.variable} is not set; no container: ${fault}).`,
    };
  }
  return {
    place: 'nowhere',
    reason: `${here.service}: none (${here.variable} is not set; no container: ${fault}; on this machine ${missing} is missing).`,
  };
}
