/** PostgreSQL's own words for going down or coming up (Appendix A of its manual, classes 08 and 57P). */
const AWAY_STATES = /^(?:08...|57P0[123])$/;
/** What the driver says when there is no connection, or none is free in time. */
const AWAY_WORDS =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|pool after calling end/;
const AWAY_SOCKETS = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE']);
const DEEPEST = 5;

type Shape = { code?: unknown; message?: unknown; cause?: unknown; syscall?: unknown };

/** True for an error, or a cause of it, that means: the database does not answer now. */
export function isDatabaseAway(error: unknown): boolean {
  let shape = error as Shape | null | undefined;
  for (let depth = 0; depth < DEEPEST && typeof shape === 'object' && shape !== null; depth++) {
    const { code, message, syscall } = shape;
    if (typeof code === 'string' && AWAY_STATES.test(code)) return true;
    if (typeof message === 'string' && AWAY_WORDS.test(message)) return true;
    if (syscall === 'connect' && typeof code === 'string' && AWAY_SOCKETS.has(code)) return true;
    shape = shape.cause as Shape;
  }
  return false;
}
