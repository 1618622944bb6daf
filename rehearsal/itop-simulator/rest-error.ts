/** An answer with a code other than 0. iTop's late errors carry `"objects":null`, its early ones no such member. */
export class RestError extends Error {
  readonly code: number;
  readonly hasObjects: boolean;

  constructor(code: number, message: string, hasObjects = false) {
    super(message);
    this.code = code;
    this.hasObjects = hasObjects;
  }

  body(): Readonly<Record<string, unknown>> {
    const body = { code: this.code, message: this.message };
    return this.hasObjects ? { ...body, objects: null } : body;
  }
}
