/** Every way a playback goes wrong, as the policy sees it. */
export type FaultKind =
  | 'network'
  | 'server'
  | 'busy'
  | 'not-ready'
  | 'link'
  | 'stopped'
  | 'missing'
  | 'codec'
  | 'decode';

export type Fault = {
  kind: FaultKind;
  /** HTTP status, or a short word of the engine; shown small to those who ask. */
  code: string;
  retryAfterMs: number | null;
  /** The server's own sentence, where it gave one. */
  sentence: string | null;
};

type Answer = { status: number; retryAfter: string | null; text: string | null };

const MAX_SENTENCE = 300;

type Told = { code: string | null; sentence: string | null };
const NOTHING: Told = { code: null, sentence: null };

/** What the server said: its error as JSON, or the bare sentence (contracts.md §2); anything else is not for viewers. */
export const toldIn = (text: string | null): Told => {
  const trimmed = text?.trim() ?? '';
  if (trimmed.startsWith('{')) return toldInJson(trimmed);
  const plain = trimmed !== '' && trimmed.length <= MAX_SENTENCE && !/^[#<[]/.test(trimmed);
  return plain ? { code: null, sentence: trimmed } : NOTHING;
};

const toldInJson = (text: string): Told => {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
    const { code, message } = error ?? {};
    return typeof code === 'string' && typeof message === 'string' ? { code, sentence: message } : NOTHING;
  } catch {
    return NOTHING;
  }
};

/** Retry-After in seconds or as a date, in milliseconds from `nowMs`. */
export const retryAfterMs = (header: string | null, nowMs: number): number | null => {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : null;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
};

const kindOfStatus = (status: number, waits: boolean): FaultKind => {
  if (status === 401 || status === 403) return 'link';
  if (status === 410) return 'stopped';
  if (status === 404) return 'missing';
  if (status === 409) return waits ? 'not-ready' : 'codec';
  if (status === 503 || status === 429) return 'busy';
  // What a proxy says when the server is away is a lost connection.
  if (status >= 500 && status !== 502 && status !== 504) return 'server';
  return 'network';
};

/** A fault from what a media address answered; status 0 = no answer at all. */
export const faultOfAnswer = (answer: Answer, nowMs: number): Fault => {
  const wait = retryAfterMs(answer.retryAfter, nowMs);
  return {
    kind: kindOfStatus(answer.status, wait !== null),
    code: answer.status === 0 ? 'no answer' : `HTTP ${answer.status}`,
    retryAfterMs: wait,
    sentence: answer.status === 0 ? null : toldIn(answer.text).sentence,
  };
};

const CODEC_DETAILS = new Set([
  'manifestIncompatibleCodecsError',
  'bufferAddCodecError',
  'bufferIncompatibleCodecsError',
  'fragParsingError',
  'remuxAllocError',
]);

/** A fault from an engine's own report that has no HTTP answer behind it. */
export const faultOfEngine = (type: string, details: string): Fault => ({
  kind: CODEC_DETAILS.has(details) ? 'codec' : type === 'networkError' ? 'network' : 'decode',
  code: details,
  retryAfterMs: null,
  sentence: null,
});

/** MediaError codes of the element: 2 network, 3 decode, 4 not supported. */
export const faultOfElement = (code: number): Fault => ({
  kind: code === 2 ? 'network' : code === 4 ? 'codec' : 'decode',
  code: `media error ${code}`,
  retryAfterMs: null,
  sentence: null,
});

/** The element says nothing of HTTP, so its address is asked once what is the matter; null when it has moved on meanwhile. */
export const faultOfFile = async (video: HTMLVideoElement, mediaCode: number): Promise<Fault | null> => {
  const src = video.currentSrc;
  const answer = await fetch(src, { method: 'HEAD' }).catch(() => null);
  if (video.currentSrc !== src) return null;
  if (answer?.ok) return faultOfElement(mediaCode);
  const retryAfter = answer?.headers.get('retry-after') ?? null;
  return faultOfAnswer({ status: answer?.status ?? 0, retryAfter, text: null }, Date.now());
};
