/** Postgres counts time in microseconds since the start of 2000. */
const postgresEpochMs = Date.UTC(2000, 0, 1);
const textOid = 25;

/** Builds the bytes of a binary COPY: no escaping, and a tenth less time than text. */
export class BinaryCopy {
  /** The buffer that is kept; a larger one serves a single COPY. */
  private readonly usual: Buffer;
  private buffer: Buffer;
  /** The same bytes: a DataView writes a bigint without making others of it. */
  private view: DataView;
  private length = 0;

  constructor(usualBytes: number) {
    this.usual = Buffer.allocUnsafeSlow(usualBytes + 64);
    this.buffer = this.usual;
    this.view = viewOf(this.buffer);
    this.begin();
  }

  /** Begins another COPY in the same buffer: what `finish` gave before must be sent. */
  begin(): void {
    if (this.buffer !== this.usual) this.use(this.usual);
    this.length = 0;
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
    this.view.setInt32(this.length, 8);
    this.view.setBigInt64(this.length + 4, value);
    this.length += 12;
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
    this.use(larger);
  }

  private use(buffer: Buffer): void {
    this.buffer = buffer;
    this.view = viewOf(buffer);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}
