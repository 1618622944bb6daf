/** Postgres counts time in microseconds since the start of 2000. */
const postgresEpochMs = Date.UTC(2000, 0, 1);

const typeIds = { bytea: 17, int8: 20, text: 25, timestamptz: 1184 } as const;

const headerBytes = 20;

/*
 * Arrays in Postgres' binary form, as parameters of a statement: pg sends a Buffer as binary, and neither side escapes nor parses.
 * Each takes plain values without nulls.
 */

export function textArray(values: readonly string[]): Buffer {
  // A character of UTF-16 has at most three bytes in UTF-8.
  const array = allocate(
    values.reduce((sum, value) => sum + 4 + value.length * 3, 0),
    typeIds.text,
    values.length,
  );
  let at = headerBytes;
  for (const value of values) {
    const bytes = array.write(value, at + 4, 'utf8');
    array.writeInt32BE(bytes, at);
    at += 4 + bytes;
  }
  return array.subarray(0, at);
}

export function bytesArray(values: readonly Buffer[]): Buffer {
  const bytes = values.reduce((sum, value) => sum + 4 + value.length, 0);
  const array = allocate(bytes, typeIds.bytea, values.length);
  let at = headerBytes;
  for (const value of values) {
    at = array.writeInt32BE(value.length, at);
    at += value.copy(array, at);
  }
  return array;
}

/** Of bytes given in hexadecimal. */
export function hexArray(values: readonly string[]): Buffer {
  const array = allocate(
    values.reduce((sum, value) => sum + 4 + value.length / 2, 0),
    typeIds.bytea,
    values.length,
  );
  let at = headerBytes;
  for (const value of values) {
    at = array.writeInt32BE(value.length / 2, at);
    at += array.write(value, at, 'hex');
  }
  return array;
}

export function int8Array(values: readonly bigint[]): Buffer {
  const array = allocate(values.length * 12, typeIds.int8, values.length);
  const view = new DataView(array.buffer, array.byteOffset, array.length);
  let at = headerBytes;
  for (const value of values) {
    view.setInt32(at, 8);
    view.setBigInt64(at + 4, value);
    at += 12;
  }
  return array;
}

export function timestampArray(values: readonly Date[]): Buffer {
  const array = int8Array(values.map((value) => BigInt((value.getTime() - postgresEpochMs) * 1_000)));
  array.writeInt32BE(typeIds.timestamptz, 8);
  return array;
}

/** One dimension, no nulls, type of the elements, their number, index of the first. */
function allocate(bytes: number, typeId: number, length: number): Buffer {
  if (length === 0) return emptyArray(typeId);
  const array = Buffer.allocUnsafe(headerBytes + bytes);
  [1, 0, typeId, length, 1].forEach((field, index) => {
    array.writeInt32BE(field, index * 4);
  });
  return array;
}

function emptyArray(typeId: number): Buffer {
  const array = Buffer.alloc(12);
  array.writeInt32BE(typeId, 8);
  return array;
}
