/**
 * JSON as PHP's json_encode writes it: ASCII only (`\u00e9`, surrogate pairs for emoji) and slashes as `\/`.
 * Both characters can stand only inside strings, so replacing them in the finished text is safe.
 */
export function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/\//g, '\\/');
}
