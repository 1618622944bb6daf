/** One object of an answer to `core/get`, with its fields exactly as iTop gave them. */
export interface ItopObject {
  readonly finalClass: string;
  readonly id: number;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Bytes of its JSON text. */
  readonly byteLength: number;
}

/** What stands around the objects of an answer. */
export interface AnswerFrame {
  readonly code: number;
  readonly message: string;
  /** Objects in the answer. */
  readonly objectCount: number;
  readonly byteLength: number;
}

/** The text is no JSON, or ended early; `isCutOff` tells which. */
export class UnreadableAnswer extends Error {
  readonly isCutOff: boolean;
  readonly start: string;

  constructor(message: string, isCutOff: boolean, start: string) {
    super(message);
    this.name = 'UnreadableAnswer';
    this.isCutOff = isCutOff;
    this.start = start;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Depth inside `{"objects": {"Class::1": ` where the text of one object begins. */
const objectDepth = 3;

const startLength = 2_000;

/**
 * Reads an answer of `core/get` as its bytes come, and gives each object as soon as it is complete.
 *
 * Only the borders between objects are looked for here: an object's own text goes through JSON.parse, which is four
 * times faster than putting it together from tokens. The text around the objects (with each object replaced by 0)
 * is kept and parsed at the end, so that an answer that is cut off or malformed anywhere is noticed. Never more
 * than one object and one piece of the answer is held.
 */
export class AnswerReader {
  private frame = '';
  private start = '';
  private depth = 0;
  private isInString = false;
  /** Whether the piece before ended with an odd number of backslashes inside a string. */
  private isEscaping = false;
  /** Earlier pieces of an object that is not complete yet. */
  private openObject: Buffer[] = [];
  private objectCount = 0;
  private byteLength = 0;

  /** The objects completed by this piece of the answer. Throws UnreadableAnswer when it is no JSON. */
  *push(piece: Buffer): Generator<ItopObject> {
    // Latin-1, so that a position in the text is a position in the bytes.
    const text = piece.toString('latin1');
    if (this.byteLength === 0 && !/^(\u00ef\u00bb\u00bf)?\s*\{/.test(text)) {
      throw new UnreadableAnswer('it does not begin with {', false, piece.toString('utf8', 0, startLength));
    }
    if (this.start.length < startLength) this.start += piece.toString('utf8', 0, startLength - this.start.length);
    this.byteLength += piece.length;
    let objectStart = 0;
    let frameStart = this.depth < objectDepth ? 0 : text.length;
    let position = 0;
    while (position < text.length) {
      if (this.isInString) {
        position = this.skipString(text, position);
        continue;
      }
      const byte = text.charCodeAt(position++);
      if (byte === quote) this.isInString = true;
      else if (byte === openBrace || byte === openBracket) {
        if (++this.depth !== objectDepth) continue;
        objectStart = position - 1;
        this.frame += frameText(piece, frameStart, objectStart);
        frameStart = text.length;
      } else if (byte === closeBrace || byte === closeBracket) {
        if (this.depth-- !== objectDepth) continue;
        yield this.completeObject(piece.subarray(objectStart, position));
        this.frame += '0';
        frameStart = position;
      }
    }
    if (this.depth < objectDepth) this.frame += frameText(piece, frameStart, piece.length);
    else this.openObject.push(piece.subarray(objectStart));
  }

  /** To be called after the last piece: what stood around the objects. Throws UnreadableAnswer. */
  end(): AnswerFrame {
    if (this.depth > 0 || this.isInString || this.byteLength === 0) {
      const where = `it ends after ${this.byteLength} bytes and ${this.objectCount} objects`;
      throw new UnreadableAnswer(where, true, this.start);
    }
    let content: { readonly code?: unknown; readonly message?: unknown };
    try {
      content = JSON.parse(
        Buffer.from(this.frame, 'latin1')
          .toString('utf8')
          .replace(/^\ufeff/, ''),
      );
    } catch (error) {
      throw new UnreadableAnswer((error as Error).message, false, this.start);
    }
    if (typeof content.code !== 'number') throw new UnreadableAnswer('it has no result code', false, this.start);
    const message = typeof content.message === 'string' ? content.message : '';
    return { code: content.code, message, objectCount: this.objectCount, byteLength: this.byteLength };
  }

  /** The position behind the closing quote, or the end of the text. */
  private skipString(text: string, from: number): number {
    const at = text.indexOf('"', from);
    const end = at < 0 ? text.length : at;
    let before = end;
    while (before > from && text.charCodeAt(before - 1) === backslash) before--;
    const isEscaped = ((end - before) % 2 === 1) !== (before === 0 && this.isEscaping);
    this.isEscaping = at < 0 && isEscaped;
    if (at < 0) return text.length;
    this.isInString = isEscaped;
    return at + 1;
  }

  private completeObject(lastPiece: Buffer): ItopObject {
    const bytes = this.openObject.length === 0 ? lastPiece : Buffer.concat([...this.openObject, lastPiece]);
    this.openObject = [];
    let content: { class?: unknown; key?: unknown; fields?: unknown };
    try {
      content = JSON.parse(bytes.toString('utf8'));
    } catch (error) {
      throw new UnreadableAnswer(`object ${this.objectCount + 1}: ${(error as Error).message}`, false, this.start);
    }
    const id = Number(content.key);
    if (typeof content.class !== 'string' || !Number.isSafeInteger(id) || typeof content.fields !== 'object') {
      throw new UnreadableAnswer(`object ${this.objectCount + 1} has no class, key and fields`, false, this.start);
    }
    this.objectCount++;
    const fields = (content.fields ?? {}) as Readonly<Record<string, unknown>>;
    return { finalClass: content.class, id, fields, byteLength: bytes.length };
  }
}

/** Copied from the bytes: a slice of the text would keep the whole text alive, once for each object. */
function frameText(piece: Buffer, from: number, to: number): string {
  return piece.toString('latin1', from, to);
}
