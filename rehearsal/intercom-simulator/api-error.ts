/** A refusal in Intercom's form: an HTTP status and an `error.list` with one error. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  body(requestId: string): unknown {
    return {
      type: 'error.list',
      request_id: requestId,
      errors: [{ code: this.code, message: this.message }],
    };
  }
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'unauthorized', 'Access Token Invalid');
}

export function parameterInvalid(message: string): ApiError {
  return new ApiError(400, 'parameter_invalid', message);
}

export function parameterNotFound(message: string): ApiError {
  return new ApiError(400, 'parameter_not_found', message);
}

/** What Intercom answers for a conversation that is not there. */
export function resourceNotFound(): ApiError {
  return new ApiError(404, 'not_found', 'Resource Not Found');
}

/** What Intercom answers for a contact that is not there, or not indexed yet. */
export function userNotFound(): ApiError {
  return new ApiError(404, 'not_found', 'User Not Found');
}

/** What Intercom answers for a contact that was merged away. */
export function contactMerged(into: string): ApiError {
  const headers = { Link: `</contacts/${into}>; rel="canonical"` };
  return new ApiError(410, 'contact_merged', 'Contact has been merged', headers);
}

export function companyNotFound(): ApiError {
  return new ApiError(404, 'company_not_found', 'Company Not Found');
}

export function serverError(): ApiError {
  return new ApiError(500, 'server_error', 'Something went wrong on our side');
}

export function payloadTooLarge(): ApiError {
  return new ApiError(413, 'payload_too_large', 'The request body is too large');
}

export function serviceUnavailable(): ApiError {
  return new ApiError(503, 'service_unavailable', 'Sorry, the API service is temporarily unavailable');
}

export function gatewayTimeout(): ApiError {
  return new ApiError(504, 'server_error', 'The server did not answer the gateway in time');
}

export function requestTimeout(): ApiError {
  return new ApiError(408, 'request_timeout', 'The request took too long');
}
