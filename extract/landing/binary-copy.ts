/** Postgres counts time in microseconds since the start of 2000. */
const postgresEpochMs = Date.UTC(2000, 0, 1);
const textOid = 25;

/** Builds the bytes of a binary COPY: no escaping, and a tenth less time than text. */
export class BinaryCopy {
  private buffer: Buffer;
  private length = 0;

  constructor(expectedBytes: number) {
    this.buffer = Buffer.allocUnsafe(expectedBytes + 64);
    this.reserve(19);
    this.length += this.buffer.write('PGCOPY\n\xff\r\n\0', this.length, 'latin1');
    this.length = this.buffer.writeInt32BE(0, this.length);
    this.length = this.buffer.writeInt32BE(0, this.length);
  }

  row(columns: number): void {
    this.reserve(2);
    this.length = this.buffer.writeInt16BE(columns, this.length);
  }

  nullValue(): void {
    this.reserve(4);
    this.length = this.buffer.writeInt32BE(-1, this.length);
  }

  int4(value: number): void {
    this.reserve(8);
    this.length = this.buffer.writeInt32BE(4, this.length);
    this.length = this.buffer.writeInt32BE(value, this.length);
  }

  int8(value: bigint): void {
    this.reserve(12);
    this.length = this.buffer.writeInt32BE(8, this.length);
    this.length = this.buffer.writeBigInt64BE(value, this.length);
  }

  timestamp(value: Date): void {
    this.int8(BigInt(value.getTime() - postgresEpochMs) * 1_000n);
  }

  text(value: string): void {
    // A character of UTF-16 has at most three bytes in UTF-8.
    this.reserve(4 + value.length * 3);
    const bytes = this.buffer.write(value, this.length + 4, 'utf8');
    this.length = this.buffer.writeInt32BE(bytes, this.length) + bytes;
  }

  /** A bytea given in hexadecimal. */
  hex(value: string): void {
    this.reserve(4 + value.length / 2);
    this.length = this.buffer.writeInt32BE(value.length / 2, this.length);
    this.length += this.buffer.write(value, this.length, 'hex');
  }

  /** jsonb travels as its text behind the format's version byte. */
  jsonb(text: Buffer): void {
    this.reserve(5 + text.length);
    this.length = this.buffer.writeInt32BE(text.length + 1, this.length);
    this.length = this.buffer.writeInt8(1, this.length);
    this.length += text.copy(this.buffer, this.length);
  }

  textArray(values: readonly string[]): void {
    const start = this.length;
    this.reserve(24);
    this.length += 4;
    for (const field of values.length === 0 ? [0, 0, textOid] : [1, 0, textOid, values.length, 1]) {
      this.length = this.buffer.writeInt32BE(field, this.length);
    }
    for (const value of values) this.text(value);
    this.buffer.writeInt32BE(this.length - start - 4, start);
  }

  finish(): Buffer {
    this.reserve(2);
    this.length = this.buffer.writeInt16BE(-1, this.length);
    return this.buffer.subarray(0, this.length);
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
