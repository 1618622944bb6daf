/** What a workspace does otherwise than others, as far as it decides how a ticket must arrive. */
export interface WorkspaceBehaviour {
  /** It renames files and stores pictures again: neither names nor sizes of pictures can be held to. */
  readonly changesFiles: boolean;
  /** Nobody but who opened a conversation can be added to it by his id (T4). */
  readonly refusesFurtherContacts: boolean;
  /** The longest body of a request, in bytes: a larger file is named in a note (A3). */
  readonly longestBody: number;
}

/** Asks the Intercom simulator how its workspace behaves. */
export async function readBehaviour(controlUrl: string): Promise<WorkspaceBehaviour> {
  const response = await fetch(`${controlUrl}/switches`);
  if (!response.ok) throw new Error(`${controlUrl}/switches answered ${response.status}.`);
  const switches = (await response.json()) as Readonly<Record<string, unknown>>;
  return {
    changesFiles: switches.fileNames === 'changed',
    refusesFurtherContacts: switches.furtherParticipants === 'refuse',
    longestBody: Number(switches.bodyLimit ?? Number.POSITIVE_INFINITY),
  };
}
