import { attributesOf, linesOf, numberAt, tagOf } from './lines.ts';
import { parseMedia, type UpstreamMedia } from './parse-media.ts';

/** A variant of an upstream master list. */
export type UpstreamVariant = {
  uri: string;
  bandwidth: number;
  width: number | null;
  height: number | null;
  codecs: string | null;
  /** Name of its group of sound renditions, or null. */
  audioGroup: string | null;
};

/** A sound rendition; without an address its sound is inside the variant (RFC 8216 §4.3.4.2.1). */
export type UpstreamSound = {
  group: string;
  uri: string | null;
  isDefault: boolean;
  autoselect: boolean;
};

export type UpstreamMaster = { kind: 'master'; variants: UpstreamVariant[]; sounds: UpstreamSound[] };

const STREAM_INF = '#EXT-X-STREAM-INF';

/**
 * Reads an upstream playlist, as far as it can be understood: tags that are not known are skipped, and missing durations
 * are filled in. Throws a plain Error with the reason when it is none.
 */
export function parsePlaylist(text: string): UpstreamMaster | UpstreamMedia {
  const first = linesOf(text).next().value;
  if (first === undefined || !first.startsWith('#EXTM3U'))
    throw new Error('the playlist does not begin with #EXTM3U');
  return text.includes(STREAM_INF) ? parseMaster(text) : parseMedia(text);
}

/** I-frame variants have tags of their own and are left out by that. */
function parseMaster(text: string): UpstreamMaster {
  const master: UpstreamMaster = { kind: 'master', variants: [], sounds: [] };
  let open: Map<string, string> | null = null;
  for (const line of linesOf(text)) {
    if (!line.startsWith('#')) {
      if (open) master.variants.push(variantOf(line, open));
      open = null;
      continue;
    }
    const { name, value } = tagOf(line);
    if (name === 'EXT-X-STREAM-INF') open = attributesOf(value);
    else if (name === 'EXT-X-MEDIA') {
      const sound = soundOf(attributesOf(value));
      if (sound) master.sounds.push(sound);
    }
  }
  return master;
}

function variantOf(uri: string, attributes: Map<string, string>): UpstreamVariant {
  const [width, height] = (attributes.get('RESOLUTION') ?? '').toLowerCase().split('x');
  return {
    uri,
    bandwidth: numberAt(attributes.get('BANDWIDTH')) ?? 0,
    width: numberAt(width),
    height: numberAt(height),
    codecs: attributes.get('CODECS') || null,
    audioGroup: attributes.get('AUDIO') ?? null,
  };
}

function soundOf(attributes: Map<string, string>): UpstreamSound | null {
  if (attributes.get('TYPE') !== 'AUDIO') return null;
  return {
    group: attributes.get('GROUP-ID') ?? '',
    uri: attributes.get('URI') ?? null,
    isDefault: attributes.get('DEFAULT') === 'YES',
    autoselect: attributes.get('AUTOSELECT') === 'YES',
  };
}
