/** A refusal or fault as the API tells it (RFC 9457), or as the network does. */
export class Problem extends Error {
  constructor(status, document, retryAfter) {
    super(document.detail ?? document.title ?? 'Something went wrong.');
    this.status = status;
    this.code = document.code ?? 'unknown';
    this.document = document;
    this.retryAfter = retryAfter;
  }

  static async of(answer) {
    let document = {};
    try {
      document = await answer.json();
    } catch {
      // A proxy may have said something else than JSON.
    }
    return new Problem(answer.status, document, Number(answer.headers.get('Retry-After')) || undefined);
  }

  /** What is wrong with this field; empty if nothing is. */
  of(field) {
    return this.document.errors?.filter(error => error.field === field).map(error => error.message).join('; ') ?? '';
  }
}

/** There was no answer at all. */
export class NoAnswer extends Error {
  constructor(cause) {
    super('There is no connection. What you have is kept; try again in a moment.', { cause });
    this.code = 'no-answer';
  }
}
