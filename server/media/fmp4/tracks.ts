import type { ElementaryStream } from '../ts/streams.ts';
import { boxAt, boxesIn } from './boxes.ts';
import { codecOf, type TrackCodec } from './codecs.ts';

/** What a sample has when its fragment does not say otherwise (ISO/IEC 14496-12 §8.8.3). */
export type SampleDefaults = { duration: number; sizeBytes: number; flags: number };

/** One track of an initialisation section that can be carried on. */
export type Track = {
  id: number;
  kind: 'video' | 'audio';
  /** Units of its times in one second. */
  timescale: number;
  /** What its edit list takes off its times. */
  shift: number;
  defaults: SampleDefaults;
  stream: ElementaryStream;
  codec: TrackCodec;
};

/** Named when a file holds something that no reader here can take. */
export class UnknownMedia extends Error {}

/** The first picture and the first sound track of a `moov` box. Throws `UnknownMedia` when nothing can be played. */
export function tracksOf(moov: Buffer): Track[] {
  const found: Track[] = [];
  const unknown: string[] = [];
  const movieScale = timescaleOf(boxAt(moov, 'mvhd')) || 1;
  for (const { type, body } of boxesIn(moov)) {
    if (type !== 'trak') continue;
    const track = trackOf(body, moov, movieScale);
    if (typeof track === 'string') unknown.push(track);
    else if (track && !found.some((other) => other.kind === track.kind)) found.push(track);
  }
  const locked = unknown.find((name) => name === 'encv' || name === 'enca');
  if (locked) throw new UnknownMedia('encrypted HLS (CENC)');
  const blind = unknown.find((name) => !AUDIO_ENTRIES.has(name));
  const seen = found.some((track) => track.kind === 'video');
  if (found.length === 0 || (blind && !seen))
    throw new UnknownMedia(`fragmented MP4 with ${unknown.join(' and ') || 'no track'}`);
  return found;
}

const AUDIO_ENTRIES = new Set([
  'mp4a',
  'ac-3',
  'ec-3',
  'ac-4',
  'Opus',
  'fLaC',
  'alac',
  'dtsc',
  'dtse',
  'dtsh',
]);
const HANDLERS: Record<string, 'video' | 'audio'> = { vide: 'video', soun: 'audio' };
const VIDEO_PID = 0x100;
const AUDIO_PID = 0x101;

/** A track, the name of its sample entry when that is not known, or null for one that is neither picture nor sound. */
function trackOf(trak: Buffer, moov: Buffer, movieScale: number): Track | string | null {
  const header = boxAt(trak, 'tkhd');
  const handler = boxAt(trak, 'mdia', 'hdlr');
  const entries = boxAt(trak, 'mdia', 'minf', 'stbl', 'stsd');
  const kind = handler && HANDLERS[handler.toString('latin1', 8, 12)];
  const entry = entries && boxesIn(entries, 8).next().value;
  const timescale = timescaleOf(boxAt(trak, 'mdia', 'mdhd'));
  if (!header || !kind || !entry || !timescale) return null;
  const id = header.readUInt32BE(header[0] === 1 ? 20 : 12);
  const codec = codecOf(kind, entry);
  if (!codec) return entry.type;
  const { name, streamType, descriptors } = codec;
  const pid = kind === 'video' ? VIDEO_PID : AUDIO_PID;
  return {
    id,
    kind,
    timescale,
    shift: shiftOf(boxAt(trak, 'edts', 'elst'), timescale / movieScale),
    defaults: defaultsOf(moov, id),
    stream: { pid, streamType, kind, codec: name, descriptors },
    codec,
  };
}

/** The timescale of an `mvhd` or `mdhd` box. */
function timescaleOf(box: Buffer | null): number {
  if (!box) return 0;
  return box.readUInt32BE(box[0] === 1 ? 20 : 12);
}

/** Empty edits push a track back, the first real one begins at its media time (ISO/IEC 14496-12 §8.6.6). */
function shiftOf(elst: Buffer | null, unitsPerMovieTick: number): number {
  if (!elst) return 0;
  const long = elst[0] === 1;
  const step = long ? 20 : 12;
  let shift = 0;
  for (let at = 8; at + step <= elst.length; at += step) {
    const duration = long ? Number(elst.readBigUInt64BE(at)) : elst.readUInt32BE(at);
    const mediaTime = long ? Number(elst.readBigInt64BE(at + 8)) : elst.readInt32BE(at + 4);
    if (mediaTime >= 0) return shift + mediaTime;
    shift -= Math.round(duration * unitsPerMovieTick);
  }
  return shift;
}

function defaultsOf(moov: Buffer, id: number): SampleDefaults {
  const extends_ = boxAt(moov, 'mvex');
  for (const { type, body } of extends_ ? boxesIn(extends_) : []) {
    if (type !== 'trex' || body.readUInt32BE(4) !== id) continue;
    return {
      duration: body.readUInt32BE(12),
      sizeBytes: body.readUInt32BE(16),
      flags: body.readUInt32BE(20),
    };
  }
  return { duration: 0, sizeBytes: 0, flags: 0 };
}
