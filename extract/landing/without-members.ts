const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBrace = 0x7b;
const openBracket = 0x5b;
const closeBrace = 0x7d;
const closeBracket = 0x5d;

/** How a member of that name begins in JSON without blanks. */
export function memberStart(name: string): Buffer {
  return Buffer.from(`${JSON.stringify(name)}:`);
}

/**
 * Copies a JSON object without some members of its outermost level, given by how they begin, and gives the position behind it. For
 * canonical JSON these are the bytes that parsing, deleting and writing again would give, several times faster. What is no JSON
 * gives some bytes, never an error. `target` holds at least as many bytes behind `position` as the payload has, and one more.
 */
export function copyWithoutMembers(
  payload: Buffer,
  starts: readonly Buffer[],
  target: Buffer,
  position: number,
): number {
  if (!starts.some((start) => payload.includes(start))) return position + payload.copy(target, position);
  let depth = 0;
  // Each member with the brace or comma before it; what is kept is copied in runs of members.
  let separator = 0;
  let runStart = 0;
  let end = position;
  for (let at = 1; at < payload.length; at++) {
    const byte = payload[at];
    if (byte === quote) {
      at = endOfString(payload, at);
      continue;
    }
    if (byte === comma) {
      if (depth > 0) continue;
    } else if (byte === openBrace || byte === openBracket) {
      depth++;
      continue;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth--;
      if (depth >= 0) continue;
    } else continue;
    if (starts.some((start) => standsAt(payload, separator + 1, start))) {
      end += payload.copy(target, end, runStart, separator);
      runStart = at;
    }
    separator = at;
    if (depth < 0) break;
  }
  // Where the first member went, a comma stands in the brace's place, or nothing is left but the closing brace.
  if (end === position && payload[runStart] !== openBrace) {
    end = target.writeUInt8(openBrace, end);
    if (payload[runStart] === comma) runStart++;
  }
  return end + payload.copy(target, end, runStart);
}

/** Position of the quote that ends the string whose opening quote is given. */
function endOfString(payload: Buffer, opening: number): number {
  let at = opening + 1;
  while (at < payload.length && payload[at] !== quote) at += payload[at] === backslash ? 2 : 1;
  return at;
}

function standsAt(payload: Buffer, at: number, bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length; index++) if (payload[at + index] !== bytes[index]) return false;
  return true;
}
