import type { HlsConfig, RetryConfig } from 'hls.js/light';
import type { HlsBuild } from './hls-build';
import type { Steady } from './steady';

/** A segment that is being made is held up to 8 s by the server, then 503 + Retry-After 1 (contracts.md §8). */
const load = (tries: number) => ({
  default: {
    maxTimeToFirstByteMs: 20_000,
    maxLoadTimeMs: 60_000,
    timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: tries, retryDelayMs: 1000, maxRetryDelayMs: 4000 },
  },
});

/** Too many places at once (contracts.md §9): who chose a quality stays on it, and waits; Auto may find another one made. */
const loadSegments = (mayLeave: () => boolean) => {
  const { errorRetry, ...rest } = load(6).default;
  const shouldRetry: RetryConfig['shouldRetry'] = (_config, _count, _isTimeout, response, retry) =>
    retry || (response?.code === 429 && !mayLeave());
  return { default: { ...rest, errorRetry: { ...errorRetry, shouldRetry } } };
};

/** hls.js's own choice of a quality, made calm. */
const calm = (build: HlsBuild, steady: Steady): HlsConfig['abrController'] =>
  class extends build.DefaultConfig.abrController {
    override get nextAutoLevel(): number {
      const { loadLevel, levels } = this.hls;
      return steady.choose(super.nextAutoLevel, loadLevel, levels.length);
    }
    override set nextAutoLevel(level: number) {
      // hls.js would hold on to what it loads, and so never see that the line carries more.
      if (level !== this.hls.loadLevel) super.nextAutoLevel = level;
    }
  };

/** Subtitles are ours: plain WebVTT on the element, the same in every way to play. */
const NO_SUBTITLES = {
  subtitleStreamController: undefined,
  subtitleTrackController: undefined,
  timelineController: undefined,
} as unknown as Partial<HlsConfig>;

type Options = {
  build: HlsBuild;
  startPosition: number;
  steady: Steady;
  bitsPerSecond: number;
  /** The address to ask instead, with a newer signature. */
  signed: (url: string) => string;
  /** Whether it may go to another quality by itself. */
  mayLeave: () => boolean;
};

export const hlsConfig = ({
  build,
  startPosition,
  steady,
  bitsPerSecond,
  signed,
  mayLeave,
}: Options): Partial<HlsConfig> => ({
  ...NO_SUBTITLES,
  startPosition,
  abrController: calm(build, steady),
  capLevelToPlayerSize: true,
  abrEwmaDefaultEstimate: bitsPerSecond,
  // Half of what is measured counts after 4 s of download, down as up: climbs wait in `Steady` anyway.
  abrEwmaFastLive: 2,
  abrEwmaSlowLive: 8,
  abrBandWidthFactor: 0.85,
  abrBandWidthUpFactor: 0.65,
  backBufferLength: 60,
  fragLoadPolicy: loadSegments(mayLeave),
  playlistLoadPolicy: load(2),
  manifestLoadPolicy: load(0),
  xhrSetup: (xhr, url) => {
    xhr.open('GET', signed(url), true);
    // So that a refusal names its code, not only its sentence.
    xhr.setRequestHeader('Accept', 'application/json, */*');
  },
});
