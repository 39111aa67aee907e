/** One text of a WebVTT file with the times between which it is shown, in seconds. */
export type Cue = { startSeconds: number; endSeconds: number; text: string };

const MOST_CUES = 20_000;
const LONGEST_TEXT = 1_000;
const LONGEST_NAME = 100;
const TIME = String.raw`(?:(\d{1,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})`;
const TIMES = new RegExp(`^${TIME}[ \\t]+-->[ \\t]+${TIME}(?:[ \\t].*)?$`);

/** The cues of a WebVTT text as they stand there; what is no cue is passed over. */
export function readCues(vtt: string): Cue[] {
  const cues: Cue[] = [];
  for (const block of vtt
    .replace(/\r\n?/g, '\n')
    .trimEnd()
    .split(/\n{2,}/)) {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => line.includes('-->'));
    const times = at < 0 ? null : TIMES.exec(lines[at]!);
    if (times === null) continue;
    const [start, end] = [secondsOf(times.slice(1, 5)), secondsOf(times.slice(5, 9))];
    cues.push({ startSeconds: start, endSeconds: end, text: lines.slice(at + 1).join('\n') });
  }
  return cues;
}

const secondsOf = ([hours, minutes, seconds, ms]: (string | undefined)[]): number =>
  Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(ms) / 1000;

/**
 * The cues that may be shown: in order, inside the film, with a text that holds no markup but WebVTT's own (FILE-04). Each
 * once, and not more than a player can hold.
 */
export function cleanCues(cues: readonly Cue[], lengthSeconds: number | null): Cue[] {
  const end = lengthSeconds ?? Number.POSITIVE_INFINITY;
  const known = new Set<string>();
  return cues
    .flatMap(({ startSeconds, endSeconds, text }) => {
      const cue = { startSeconds, endSeconds: Math.min(endSeconds, end), text: cleanText(text) };
      const mark = `${startSeconds} ${endSeconds} ${cue.text}`;
      if (cue.endSeconds <= cue.startSeconds || cue.text === '' || known.has(mark)) return [];
      known.add(mark);
      return [cue];
    })
    .sort((a, b) => a.startSeconds - b.startSeconds || a.endSeconds - b.endSeconds)
    .slice(0, MOST_CUES);
}

/** Tags of WebVTT cue text (W3C WebVTT §4.2.2); `v` and `lang` have a name behind them, all may have classes. */
const TAG = /^<(\/?)(b|i|u|c|ruby|rt|v|lang)((?:\.[\w-]{1,30}){0,5})(?:[ \t]([^<>]*))?>$/;
const STAMP = new RegExp(`^<${TIME}>$`);
const PIECES = /<\/?[a-z!?][^<>]*>|<\d[\d:.]*>|[<>]|&(?:[a-z]{2,8};|#\d{1,7};|#x[\da-f]{1,6};)?/gi;
/** What fonts draw with in ASS: numbers, no words. */
const DRAWING = /^m [-\d.mnlbspc\s]+$/;

/** A cue's text with the tags that WebVTT knows; other tags go, scripts and styles with what is inside, the rest is text. */
export function cleanText(text: string): string {
  const lines = text
    .slice(0, LONGEST_TEXT)
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f\u2028\u2029]/g, ' ')
    .replace(/<(script|style)\b[^<>]*>[\s\S]*?(?:<\/\1[^<>]*>|$)/gi, '')
    .replace(PIECES, cleanPiece)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const clean = lines.join('\n');
  const isEmpty = clean.replace(/<[^<>]*>/g, '').trim() === '';
  return isEmpty || DRAWING.test(clean) ? '' : clean;
}

function cleanPiece(piece: string): string {
  if (piece === '<') return '&lt;';
  if (piece === '>') return '&gt;';
  if (piece.startsWith('&')) return piece === '&' ? '&amp;' : piece;
  if (STAMP.test(piece)) return piece;
  const tag = TAG.exec(piece);
  if (tag === null) return '';
  const [, closing = '', name = '', classes = '', named] = tag;
  if (closing) return `</${name}>`;
  const shown = (named ?? '')
    .replace(/[&\n]|-(?=-)/g, ' ')
    .trim()
    .slice(0, LONGEST_NAME);
  return `<${name}${classes}${shown && (name === 'v' || name === 'lang') ? ` ${shown}` : ''}>`;
}

/** Plain text as the text of a cue. */
export const cueText = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\s+/g, ' ').trim();

/** A WebVTT file. */
export const writeWebVtt = (cues: readonly Cue[]): string =>
  `WEBVTT\n\n${cues.map((cue) => `${stamp(cue.startSeconds)} --> ${stamp(cue.endSeconds)}\n${cue.text}\n`).join('\n')}`;

/**
 * A WebVTT file as a segment of an HLS list: its zero is where the pictures begin in their transport stream (RFC 8216 §3.5).
 */
export const asHlsSegment = (vtt: string, startSeconds: number): string =>
  vtt.replace(/^WEBVTT\n/, `WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:${startSeconds * 90_000}\n`);

function stamp(seconds: number): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const part = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
  return `${part(ms / 3_600_000, 2)}:${part((ms / 60_000) % 60, 2)}:${part((ms / 1000) % 60, 2)}.${part(ms % 1000, 3)}`;
}
