/** What the canary saw files keep. */
export interface KeptOfFiles {
  readonly keepsFileNames: boolean;
  readonly keepsFileSizes: boolean;
}

/** A file as far as two sides can be compared in it: pictures may be stored again, with another size. */
export function shownFile(
  kept: KeptOfFiles,
  file: { readonly name: string; readonly byteSize: number | null; readonly contentType: string | null },
): string {
  const isSizeKept = kept.keepsFileSizes || file.contentType?.startsWith('image/') !== true;
  return `${kept.keepsFileNames ? file.name : 'a file'} ${isSizeKept ? (file.byteSize ?? '?') : 'of any size'}`;
}
