import { streamAddress } from './address.ts';
import { type Attributes, parseExtInf, parseHeaderAttributes } from './extinf.ts';
import { type Line, LineSplitter } from './lines.ts';
import { headerOf, parsePairs, setHeader, splitPipe } from './request-headers.ts';

/** One playable entry; `line` is that of its #EXTINF. */
export type M3uEntry = {
  line: number;
  name: string;
  url: string;
  durationS: number | null;
  group: string;
  attributes: Attributes;
  headers: Record<string, string>;
  /** #EXTVLCOPT and #KODIPROP options that are no request headers. */
  options: Record<string, string>;
  /** Marked with #EXT-X-PLAYLIST-TYPE:VOD (Kodi). */
  vod: boolean;
};

export type M3uSkip = { line: number; name: string; reason: string };

/** What the text turned out to be once it was read to its end. */
export type M3uKind = 'list' | 'hls' | 'html' | 'empty' | 'other';

export type M3uHandlers = { onEntry(entry: M3uEntry): void; onSkip(skip: M3uSkip): void };

type Pending = Omit<M3uEntry, 'url' | 'group'> & { ownGroup: string; pairs: [string, string][] };

const HLS_TAGS = /^#EXT-X-(?:TARGETDURATION|MEDIA-SEQUENCE|STREAM-INF|VERSION|MAP|KEY|I-FRAME|SESSION)/i;
const DECORATION = /^[^\p{L}\p{N}]{3,}|^[^\p{L}\p{N}]+$/u;
const encoder = new TextEncoder();

/** A streaming reader of M3U lists as they are met: feed chunks, take entries and skips with their line numbers. */
export class M3uParser {
  readonly header: Attributes = {};
  #handlers: M3uHandlers;
  #baseUrl: string | null;
  #splitter = new LineSplitter();
  #pending: Pending | null = null;
  /** #EXTGRP opens a group for what follows until an empty one or a group-title. */
  #openGroup = '';
  #sawMarker = false;
  #sawHls = false;
  #firstText = '';

  constructor(handlers: M3uHandlers, options: { baseUrl?: string | null } = {}) {
    this.#handlers = handlers;
    this.#baseUrl = options.baseUrl ?? null;
  }

  push(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
    this.#splitter.push(bytes, (line) => this.#line(line));
  }

  /** Ends the list and says what it was; entries of anything but a `list` are not to be used. */
  end(): M3uKind {
    this.#splitter.end((line) => this.#line(line));
    this.#dropPending();
    if (this.#sawHls) return 'hls';
    if (this.#sawMarker) return 'list';
    if (this.#firstText === '') return 'empty';
    return this.#firstText.startsWith('<') ? 'html' : 'other';
  }

  #line(line: Line): void {
    const text = line.text.trim();
    if (line.overlong) this.#overlong(line.number, text);
    if (line.overlong || text === '') return;
    if (this.#firstText === '') this.#firstText = text.slice(0, 20);
    if (text.startsWith('#')) this.#directive(text, line.number);
    else this.#address(text, line.number);
  }

  #overlong(number: number, text: string): void {
    if (this.#firstText === '') this.#firstText = text.slice(0, 20);
    const name = this.#pending?.name ?? '';
    this.#pending = null;
    this.#handlers.onSkip({ line: number, name, reason: 'The line is too long.' });
  }

  #directive(text: string, number: number): void {
    const upper = text.slice(0, 40).toUpperCase();
    if (upper.startsWith('#EXTINF:')) this.#extInf(text.slice(8), number);
    else if (upper.startsWith('#EXTM3U')) {
      this.#sawMarker = true;
      for (const [key, value] of Object.entries(parseHeaderAttributes(text.slice(7))))
        this.header[key] ??= value;
    } else if (upper.startsWith('#EXTGRP:')) this.#group(text.slice(8).trim());
    else if (upper.startsWith('#EXTVLCOPT')) this.#option(text.replace(/^#EXTVLCOPT(?:--|:)\s*/i, ''));
    else if (upper.startsWith('#KODIPROP:')) this.#kodiProperty(text.slice(10));
    else if (upper.startsWith('#EXT-X-PLAYLIST-TYPE:VOD') && this.#pending) this.#pending.vod = true;
    else if (HLS_TAGS.test(text)) this.#sawHls = true;
  }

  #extInf(text: string, number: number): void {
    this.#sawMarker = true;
    this.#dropPending();
    const { durationS, attributes, name } = parseExtInf(text);
    const ownGroup = attributes['group-title']?.trim() ?? '';
    if (ownGroup) this.#openGroup = '';
    const headers: Record<string, string> = {};
    for (const [key, value] of Object.entries(attributes)) {
      const header = headerOf(key);
      if (header) setHeader(headers, header, value);
    }
    this.#pending = {
      line: number,
      name,
      durationS,
      attributes,
      headers,
      options: {},
      vod: false,
      ownGroup,
      pairs: [],
    };
  }

  #group(name: string): void {
    if (!this.#pending?.ownGroup) this.#openGroup = name;
  }

  #option(text: string): void {
    const equals = text.indexOf('=');
    if (!this.#pending || equals <= 0) return;
    const key = text.slice(0, equals).trim();
    const header = headerOf(key);
    if (header) setHeader(this.#pending.headers, header, text.slice(equals + 1));
    else this.#keepOption(key, text.slice(equals + 1).trim());
  }

  #kodiProperty(text: string): void {
    // License keys hold `|` and `=`, so only the first `=` separates.
    const equals = text.indexOf('=');
    if (!this.#pending || equals <= 0) return;
    const key = text.slice(0, equals).trim();
    const value = text.slice(equals + 1).trim();
    if (/stream_headers$/.test(key)) this.#pending.pairs.push(...parsePairs(value));
    else this.#keepOption(key, value);
  }

  #keepOption(key: string, value: string): void {
    if (this.#pending && key !== '__proto__' && Object.keys(this.#pending.options).length < 50) {
      this.#pending.options[key] = value;
    }
  }

  #address(text: string, number: number): void {
    const pending = this.#pending;
    if (DECORATION.test(text)) return;
    if (!pending) {
      if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
        this.#skip(number, '', 'There is no #EXTINF line before this address.');
      return;
    }
    this.#pending = null;
    const { url, headers } = splitPipe(text);
    const noName = { reason: 'The entry has no name.' };
    const checked = pending.name === '' ? noName : streamAddress(url, this.#baseUrl);
    if ('reason' in checked) {
      this.#skip(pending.line, pending.name, checked.reason);
      return;
    }
    const { ownGroup, pairs, ...rest } = pending;
    for (const [name, value] of [...pairs, ...headers]) setHeader(rest.headers, name, value);
    this.#handlers.onEntry({ ...rest, url: checked.url, group: ownGroup || this.#openGroup });
  }

  #dropPending(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending) this.#skip(pending.line, pending.name, 'The entry has no address.');
  }

  #skip(line: number, name: string, reason: string): void {
    this.#handlers.onSkip({ line, name, reason });
  }
}
