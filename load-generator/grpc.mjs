/**
 * gRPC calls over Node's own HTTP/2: a frame is one byte of flags, four of length, then the message; the status comes in
 * the trailers. Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
import http2 from 'node:http2';

const FRAME_HEADER_BYTES = 5;

/** Streams that one connection carries before another is opened; gRPC servers commonly allow 100. */
const STREAMS_PER_CONNECTION = 100;

/** A call that ended with another status than OK, or not at all. */
export class GrpcError extends Error {
  /** @param {number} status of gRPC, 14 (UNAVAILABLE) where the connection failed @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Connections to one target, opened as they are needed. */
export class GrpcChannel {
  /** @param {{target: string, tls?: boolean, headers?: Record<string, string>}} options */
  constructor({ target, tls = false, headers = {} }) {
    this.target = target;
    this.authority = `${tls ? 'https' : 'http'}://${target}`;
    this.headers = headers;
    /** @type {{session: http2.ClientHttp2Session, streams: number}[]} */
    this.connections = [];
  }

  /**
   * Begins a call. Messages come through `onMessage`; `done` resolves when the status is OK and rejects with a GrpcError otherwise.
   * @param {string} path as in `/nvidia.riva.asr.RivaSpeechRecognition/StreamingRecognize`
   * @param {{onMessage: (message: Buffer) => void, timeoutMs: number}} options
   */
  call(path, { onMessage, timeoutMs }) {
    const connection = this.#connection();
    const stream = connection.session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      'te': 'trailers',
      'grpc-timeout': `${Math.ceil(timeoutMs)}m`,
      ...this.headers,
    });
    connection.streams += 1;
    let rest = Buffer.alloc(0);
    let status;
    const done = new Promise((resolve, reject) => {
      const fail = (code, message) => reject(new GrpcError(code, message));
      const timer = setTimeout(() => { fail(4, `no answer within ${timeoutMs} ms`); stream.close(http2.constants.NGHTTP2_CANCEL); }, timeoutMs);
      const readStatus = headers => {
        if (headers['grpc-status'] !== undefined) {
          status = { code: Number(headers['grpc-status']), message: decodeURIComponent(String(headers['grpc-message'] ?? '')) };
        }
      };
      stream.on('response', headers => {
        readStatus(headers);
        if (headers[':status'] !== 200) { fail(14, `HTTP status ${headers[':status']}`); }
      });
      stream.on('trailers', readStatus);
      stream.on('data', chunk => {
        rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        try {
          rest = takeFrames(rest, onMessage);
        } catch (error) {
          fail(13, error.message);
          stream.close(http2.constants.NGHTTP2_CANCEL);
        }
      });
      stream.on('error', error => fail(14, error.message));
      stream.on('close', () => {
        clearTimeout(timer);
        connection.streams -= 1;
        if (status === undefined) {
          fail(14, 'the stream closed without a status');
        } else if (status.code !== 0) {
          fail(status.code, status.message || `gRPC status ${status.code}`);
        } else if (rest.length > 0) {
          fail(13, `${rest.length} bytes after the last whole message`);
        } else {
          resolve(undefined);
        }
      });
    });
    done.catch(() => undefined); // whoever awaits it sees the error; nobody may await it before it fails
    return {
      done,
      send: message => { if (!stream.closed && !stream.destroyed) { stream.write(frameOf(message)); } },
      end: () => { if (!stream.closed && !stream.destroyed) { stream.end(); } },
      cancel: () => stream.close(http2.constants.NGHTTP2_CANCEL),
    };
  }

  /** Ends every connection. */
  close() {
    this.connections.forEach(({ session }) => session.destroy());
    this.connections = [];
  }

  #connection() {
    this.connections = this.connections.filter(({ session }) => !session.closed && !session.destroyed);
    const free = this.connections.find(({ streams }) => streams < STREAMS_PER_CONNECTION);
    if (free !== undefined) { return free; }
    const session = http2.connect(this.authority);
    session.on('error', () => session.destroy()); // each stream on it fails by itself
    session.setMaxListeners(0);
    const connection = { session, streams: 0 };
    this.connections.push(connection);
    return connection;
  }
}

function frameOf(message) {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Hands on every whole message and returns what is left. */
function takeFrames(bytes, onMessage) {
  let rest = bytes;
  while (rest.length >= FRAME_HEADER_BYTES) {
    if (rest[0] !== 0) { throw new Error('a compressed message, which was not asked for'); }
    const end = FRAME_HEADER_BYTES + rest.readUInt32BE(1);
    if (rest.length < end) { break; }
    onMessage(rest.subarray(FRAME_HEADER_BYTES, end));
    rest = rest.subarray(end);
  }
  return rest;
}
